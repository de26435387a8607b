//! Who may do what: the function, its rows, and the command line that asks it.

mod chains;
pub mod country;
mod declared;
mod leaving;
mod machine;
mod pending;
mod races;
mod reform;
pub mod table;

use motcua::flows::admin::rights;
use motcua::flows::admin::rights::Given;
use motcua::identity::audit::By;
use motcua::identity::authority::Actor;
use motcua::identity::authority::Agencies;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Role;
use motcua::identity::authority::Scope;
use motcua::identity::authority::Wanted;
use uuid::Uuid;

use crate::town::Town;

/// A town of the country.
async fn town() -> Town {
    let town = Town::new().await;
    country::found(&town.app.db).await;
    town
}

/// People who may become officials, each called as a role.
fn declared() -> String {
    let people = Role::ALL.iter().map(|role| role.as_str()).chain(["second", "third"]);
    let one = |name| format!("[[people]]\nuser_name = \"{name}\"\npassword = \"correct horse battery\"\n");
    let an = "[[people]]\nuser_name = \"an\"\npassword = \"correct horse battery\"\n";
    people.map(one).collect::<String>() + an
}

async fn officials(town: &Town) {
    let people = declared();
    town.apply(people.strip_suffix("[[people]]\nuser_name = \"an\"\npassword = \"correct horse battery\"\n").unwrap())
        .await;
}

/// The person of a user name.
async fn named(town: &Town, name: &str) -> Uuid {
    rights::look::person(&town.app, name).await.unwrap().unwrap()
}

/// `101 health`: a unit, a branch, or both; `=AGENCY` one, `>AGENCY` with its subordinates.
pub fn scope(text: &str) -> Scope {
    let mut scope = Scope::default();
    for word in text.split_whitespace() {
        if let Some(agency) = word.strip_prefix('=') {
            scope.agencies = Agencies::One(agency.to_owned());
        } else if let Some(agency) = word.strip_prefix('>') {
            scope.agencies = Agencies::Below(agency.to_owned());
        } else if word.starts_with(|c: char| c.is_ascii_digit()) || word == "vn" {
            scope.unit = Some(country::unit(word));
        } else {
            scope.branch = Some(word.to_owned());
        }
    }
    scope
}

async fn wanted(town: &Town, name: &str, role: Role, bounds: &str) -> Wanted {
    Wanted {
        holder: Holder::Person(named(town, name).await),
        role,
        scope: scope(bounds),
        may_delegate: false,
        from: town.app.clock.now(),
        until: None,
    }
}

/// Gives a right as the machine's operator does; one national operator comes with another.
pub async fn given(town: &Town, name: &str, role: Role, bounds: &str) -> Uuid {
    give(town, Wanted { may_delegate: true, ..wanted(town, name, role, bounds).await }).await
}

async fn give(town: &Town, wanted: Wanted) -> Uuid {
    let mut all = vec![wanted];
    if all[0].role == Role::NationalOperator && all[0].scope == Scope::default() {
        let third = self::wanted(town, "third", Role::NationalOperator, "").await;
        all.push(third);
    }
    let by = By::machine().because("a test");
    match rights::grant(&town.app, &by, &all, None, town.app.clock.now()).await.unwrap() {
        Ok(Given::Rights(ids)) => ids[0],
        Ok(Given::Pending(_)) => panic!("the machine's operator waits for nobody"),
        Err(refusal) => panic!("{}", refusal.words(motcua::i18n::Lang::En)),
    }
}

/// An official, in an office, with a reason.
async fn by(town: &Town, name: &str) -> By {
    let holder = Holder::Person(named(town, name).await);
    let now = town.app.clock.now();
    let offices = motcua::parts::authority::offices(&town.app, &holder, now, motcua::i18n::Lang::En).await.unwrap();
    let office = offices.into_iter().next().map(|one| one.office);
    By { actor: Actor::Official(holder), office, reason: Some("a reason of a test".into()) }
}

/// What the trail says of these acts: (act, actor, office, reason).
async fn trail(town: &Town, acts: &[&str]) -> Vec<String> {
    let acts: Vec<String> = acts.iter().map(|act| format!("'{act}'")).collect();
    let sql = format!(
        "SELECT act || ' ' || COALESCE(actor, '-') || ' ' || COALESCE(office, '-') || ' ' || COALESCE(reason, '-') \
         FROM audit_events WHERE act IN ({}) ORDER BY at, act",
        acts.join(", ")
    );
    crate::store::texts(&town.app.db, sql).await
}
