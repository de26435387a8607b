//! Rights after a reform of units: no row is rewritten, and both days are right.

use motcua::flows::admin::rights;
use motcua::flows::admin::rights::Given;
use motcua::identity::audit::By;
use motcua::identity::authority::Act;
use motcua::identity::authority::Authority;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Role;
use motcua::identity::authority::Standing;
use motcua::parts::authority;
use motcua::parts::authority::Answer;
use motcua::parts::authority::Subject;

use super::country;
use super::country::JULY;
use super::country::JUNE;
use super::country::at;
use super::given;
use super::named;
use super::officials;
use super::town;
use crate::store::texts;
use crate::town::Town;

async fn answer(town: &Town, name: &str, act: Act, subject: Subject, day: &str) -> Answer {
    let holder = Holder::Person(named(town, name).await);
    authority::may(&town.app, &holder, act, &subject, at(day)).await.unwrap().unwrap()
}

async fn one(town: &Town, name: &str, day: &str) -> Authority {
    let holder = Holder::Person(named(town, name).await);
    authority::of(&town.app, &holder, at(day)).await.unwrap().remove(0)
}

const ROWS: &str = "SELECT CAST(role AS TEXT) || ' ' || CAST(valid_from AS TEXT) || ' ' || COALESCE(CAST(revoked_at AS TEXT), '-') \
     FROM rights ORDER BY id";

/// "merged units' rights unite, an abolished unit's go to its parent, a divided unit's stay undecided until somebody decides, and
/// meanwhile the parent has them"
#[tokio::test]
async fn rights_follow_a_succession() {
    let town = town().await;
    officials(&town).await;
    for (name, unit) in [
        ("registrar", "101"),
        ("approver", "102"),
        ("auditor", "201"),
        ("support-desk", "202"),
        ("unit-administrator", "02"),
        ("proofing-official", "00003"),
    ] {
        given(&town, name, Role::UnitAdministrator, unit).await;
    }
    let rows = texts(&town.app.db, ROWS.into()).await;
    let change = async |name: &str, agency: &str, day: &str| {
        answer(&town, name, Act::AgenciesChange, Subject::Agency(agency.into()), day).await
    };
    for (name, agency, june, july) in [
        ("registrar", "101-health", true, true), // the agency went where its unit went
        ("registrar", "102-health", false, true),
        ("registrar", "00003-health", false, true),
        ("approver", "101-health", false, true),
        ("approver", "00001-party", false, true),
        ("auditor", "201-health", true, false),
        ("auditor", "00004-health", true, false),
        ("auditor", "02-health", false, false), // nobody governs the province because the district is gone
        ("support-desk", "202-health", true, false),
        ("support-desk", "00005-health", true, false),
        ("support-desk", "203-health", false, false),
        ("support-desk", "02-health", false, false),
        ("unit-administrator", "201-health", true, true), // the parent has it
        ("unit-administrator", "00004-health", true, true),
        ("unit-administrator", "00005-health", true, true),
        ("unit-administrator", "203-health", false, true),
        ("unit-administrator", "101-health", false, false),
        ("proofing-official", "00003-health", true, true),
    ] {
        assert_eq!(change(name, agency, JUNE).await.verdict.is_allowed(), june, "{name} {agency} in June");
        assert_eq!(change(name, agency, JULY).await.verdict.is_allowed(), july, "{name} {agency} in July");
    }
    let en = motcua::i18n::Lang::En;
    let why = change("auditor", "02-health", JULY).await.words(en);
    assert_eq!(why, "Not allowed: 201 was abolished, and the unit above it decides.");
    let why = change("support-desk", "203-health", JULY).await.words(en);
    assert!(why.starts_with("Not allowed: 202 was divided, nobody has decided yet"), "{why}");
    assert_eq!(one(&town, "auditor", JUNE).await.standing, Standing::At(country::unit("201")));
    let parent = Some(country::unit("02"));
    assert_eq!(one(&town, "auditor", JULY).await.standing, Standing::Abolished { parent });
    let standing = one(&town, "support-desk", JULY).await.standing;
    let Standing::Undecided { parent: above, mut among } = standing else { panic!("{standing:?}") };
    among.sort();
    assert_eq!((above, among), (parent, vec![country::unit("203"), country::unit("204")]));
    assert_eq!(texts(&town.app.db, ROWS.into()).await, rows, "no row is rewritten");
    // Who has it meanwhile takes it away as well; a neighbour does not.
    let id = one(&town, "support-desk", JULY).await.id;
    let revoke = async |name| answer(&town, name, Act::RightsRevoke, Subject::Right(id), JULY).await.verdict;
    assert!(revoke("unit-administrator").await.is_allowed());
    assert!(!revoke("registrar").await.is_allowed());
    town.leave().await;
}

/// "until somebody decides"
#[tokio::test]
async fn somebody_decides_who_has_a_divided_units_rights() {
    let town = town().await;
    officials(&town).await;
    let former = given(&town, "registrar", Role::Registrar, "202 health").await;
    let machine = By::machine().because("a decision");
    let app = &town.app;
    let settle = async |units: &[&str]| {
        let units: Vec<String> = units.iter().map(|unit| (*unit).to_owned()).collect();
        rights::look::settle(app, &machine, former, &units, app.clock.now()).await.unwrap()
    };
    assert!(settle(&["203"]).await.is_err(), "its unit is there still");
    let long = at(JULY).since(app.clock.now());
    town.clock.pass(long);
    assert!(settle(&["101"]).await.is_err(), "no such unit any more");
    let Ok(Given::Rights(mut ids)) = settle(&["203", "204"]).await else { panic!() };
    ids.sort();
    let mut own = authority::of(app, &Holder::Person(named(&town, "registrar").await), at(JULY)).await.unwrap();
    own.retain(|right| right.counts(app.clock.now()).is_ok());
    assert_eq!(own.iter().map(|right| right.id).collect::<Vec<_>>(), ids);
    let may = async |agency: &str| {
        let subject = Subject::Agency(agency.to_owned());
        answer(&town, "registrar", Act::ClientsChange, subject, "2099-07-02").await.verdict.is_allowed()
    };
    assert!(may("203-health").await && may("204-hospitals").await && may("00005-health").await);
    assert!(!may("203-justice").await && !may("02-health").await);
    assert!(settle(&["203"]).await.is_err(), "it was decided");
    town.leave().await;
}
