//! Who leaves leaves nothing behind.

use motcua::flows::admin::people;
use motcua::flows::admin::rights;
use motcua::flows::admin::rights::Given;
use motcua::flows::admin::rights::Leaving;
use motcua::flows::admin::rights::Mode;
use motcua::flows::admin::rights::pending;
use motcua::flows::admin::rights::pending::State;
use motcua::identity::audit::By;
use motcua::identity::authority::Act;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Role;
use motcua::parts::authority;

use super::by;
use super::given;
use super::named;
use super::officials;
use super::town;
use super::trail;
use super::wanted;
use crate::town::Town;

async fn end(town: &Town, name: &str, mode: Mode) -> Leaving {
    let machine = By::machine().because("leaves");
    let person = named(town, name).await;
    match rights::end(&town.app, &machine, person, mode, town.app.clock.now()).await.unwrap() {
        Ok(leaving) => leaving,
        Err(refusal) => panic!("{}", refusal.words(motcua::i18n::Lang::En)),
    }
}

/// "ending an official's rights ends sessions, tokens and pending acts, and shows what he alone could do"
#[tokio::test]
async fn an_officials_rights_end_with_sessions_tokens_and_what_waits() {
    let town = town().await;
    officials(&town).await;
    let app = &town.app;
    let administrator = given(&town, "an", Role::UnitAdministrator, "101").await;
    let registrar = given(&town, "an", Role::Registrar, "102 health").await;
    given(&town, "second", Role::UnitAdministrator, "01").await; // covers all of the first, and less than the other's acts
    given(&town, "third", Role::Approver, "102").await;
    let mut browser = town.browser();
    let portal = town.rp("portal").with_scope("openid offline_access");
    let page = browser.open("/sign-in").await;
    let page = browser.fill(&page, &[("username", "an"), ("password", crate::town::PASSWORD)]).await;
    assert_eq!(page.path(), "/", "{}", page.body);
    let tokens = portal.tokens(&mut browser, &[]).await;
    let one = wanted(&town, "auditor", Role::Auditor, "101").await;
    let in_any = By { office: None, ..by(&town, "an").await };
    let asked = rights::grant(app, &in_any, &[one], None, app.clock.now()).await.unwrap();
    let Ok(Given::Pending(asked)) = asked else { panic!() };

    let looked = end(&town, "an", Mode::Look).await;
    assert_eq!((looked.rights.len(), looked.sessions, looked.ended.pending.len()), (2, 1, 1));
    assert_eq!(pending::find(app, asked[0]).await.unwrap().unwrap().state(), State::Waits, "nothing changed");
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, 200);
    let before = trail(&town, &["right_revoked", "act_voided", "person_signed_out"]).await;
    assert_eq!(before, [""; 0]);

    let left = end(&town, "an", Mode::Do).await;
    assert_eq!(left.ended.pending, asked);
    assert!(left.alone.is_empty(), "the other administrator covers it all: {:?}", left.alone);
    assert_eq!(pending::find(app, asked[0]).await.unwrap().unwrap().state(), State::Void);
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, 401);
    assert_eq!(portal.refresh(tokens.refresh_token(), &[]).await.json()["error"], "invalid_grant");
    let holder = Holder::Person(named(&town, "an").await);
    let rest = authority::of(app, &holder, app.clock.now()).await.unwrap();
    assert_eq!(rest.len(), 2, "the rows stay");
    assert!(rest.iter().all(|right| right.counts(app.clock.now()).is_err()));
    let mut ended = left.ended.rights;
    ended.sort();
    let mut expected = vec![administrator, registrar];
    expected.sort();
    assert_eq!(ended, expected);
    let told = trail(&town, &["right_revoked", "act_voided", "person_signed_out"]).await;
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told.iter().all(|line| line.ends_with(" machine - leaves")), "{told:?}");
    town.deliver().await;
    town.leave().await;
}

#[tokio::test]
async fn what_nobody_else_does_is_told() {
    let town = town().await;
    officials(&town).await;
    let own = given(&town, "registrar", Role::Registrar, "101").await;
    given(&town, "second", Role::Registrar, "00001").await; // reaches not all of it
    given(&town, "auditor", Role::Auditor, "01").await; // does not all of it
    let left = end(&town, "registrar", Mode::Look).await;
    assert_eq!(left.alone.len(), 1);
    assert_eq!(left.alone[0].right, own);
    let changing = [Act::ServicesChange, Act::ClientsChange, Act::ClientsRemove, Act::ClientsToProduction];
    assert_eq!(left.alone[0].acts, changing, "the auditor sees what he saw");
    town.leave().await;
}

/// An official ends another's rights where he reaches them, and nobody's above him.
#[tokio::test]
async fn an_official_ends_only_what_he_reaches() {
    let town = town().await;
    officials(&town).await;
    let app = &town.app;
    given(&town, "unit-administrator", Role::UnitAdministrator, "101").await;
    given(&town, "registrar", Role::Registrar, "00001").await;
    given(&town, "auditor", Role::Auditor, "01").await;
    let own = by(&town, "unit-administrator").await;
    let end =
        async |name: &str| rights::end(app, &own, named(&town, name).await, Mode::Do, app.clock.now()).await.unwrap();
    assert!(end("registrar").await.is_ok());
    assert!(end("auditor").await.is_err());
    assert!(end("unit-administrator").await.is_ok(), "everybody may go");
    assert!(end("auditor").await.is_err());
    town.leave().await;
}

/// Somebody who is removed has no rights any more; somebody who may not sign in has none meanwhile.
#[tokio::test]
async fn who_is_removed_or_disabled_has_no_rights() {
    let town = town().await;
    officials(&town).await;
    let (app, now) = (&town.app, town.app.clock.now());
    given(&town, "registrar", Role::Registrar, "101").await;
    let holder = Holder::Person(named(&town, "registrar").await);
    let count = async || authority::of(app, &holder, now).await.unwrap().len();
    assert_eq!(count().await, 1);
    people::disable(app, "registrar", now).await.unwrap();
    assert_eq!(count().await, 0);
    people::enable(app, "registrar", now).await.unwrap();
    assert_eq!(count().await, 1);
    people::remove(app, "registrar", now).await.unwrap();
    assert_eq!(count().await, 0);
    let open = "SELECT CAST(COUNT(*) AS TEXT) FROM rights WHERE revoked_at IS NULL";
    assert_eq!(crate::store::texts(&app.db, open.into()).await, ["0"]);
    assert_eq!(trail(&town, &["right_revoked"]).await.len(), 1);
    town.leave().await;
}
