//! What needs a second official: whoever asked does not approve, what changed meanwhile makes it void, and all is in the trail.

use std::time::Duration;

use motcua::flows::admin::people;
use motcua::flows::admin::proofing;
use motcua::flows::admin::proofing::Seen;
use motcua::flows::admin::rights;
use motcua::flows::admin::rights::Given;
use motcua::flows::admin::rights::Refusal;
use motcua::flows::admin::rights::carrying::CarriedOut;
use motcua::flows::admin::rights::carrying::carry_out;
use motcua::flows::admin::rights::deed::Deed;
use motcua::flows::admin::rights::pending;
use motcua::flows::admin::rights::pending::Decided;
use motcua::flows::admin::rights::pending::State;
use motcua::i18n::Lang;
use motcua::identity::assurance::Level;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Role;
use motcua::identity::authority::Wanted;
use motcua::parts::authority;
use uuid::Uuid;

use super::by;
use super::given;
use super::named;
use super::officials;
use super::town;
use super::trail;
use super::wanted;
use crate::store::execute;
use crate::town::Town;

/// Two administrators of unit 101, and what they were given it by.
async fn two() -> (Town, [Uuid; 2]) {
    let town = town().await;
    officials(&town).await;
    let first = given(&town, "unit-administrator", Role::UnitAdministrator, "101").await;
    let second = given(&town, "second", Role::UnitAdministrator, "101").await;
    (town, [first, second])
}

async fn ask(town: &Town, name: &str, wanted: &Wanted) -> Result<Uuid, Refusal> {
    let (by, now) = (by(town, name).await, town.app.clock.now());
    match rights::grant(&town.app, &by, std::slice::from_ref(wanted), None, now).await.unwrap()? {
        Given::Pending(ids) => Ok(ids[0]),
        Given::Rights(_) => panic!("nobody approved it"),
    }
}

async fn asked(town: &Town) -> Uuid {
    let wanted = wanted(town, "registrar", Role::Registrar, "00001 health").await;
    ask(town, "unit-administrator", &wanted).await.map_err(|refusal| refusal.words(Lang::En)).unwrap()
}

async fn approve(town: &Town, name: &str, id: Uuid) -> Decided {
    pending::approve(&town.app, &by(town, name).await, id, town.app.clock.now()).await.unwrap()
}

async fn state(town: &Town, id: Uuid) -> State {
    pending::find(&town.app, id).await.unwrap().unwrap().state()
}

async fn rights_of(town: &Town, name: &str) -> usize {
    let (holder, now) = (Holder::Person(named(town, name).await), town.app.clock.now());
    let all = authority::of(&town.app, &holder, now).await.unwrap();
    all.iter().filter(|right| right.counts(now).is_ok()).count()
}

#[tokio::test]
async fn a_second_official_approves_and_whoever_asked_does_not() {
    let (town, [parent, _]) = two().await;
    let id = asked(&town).await;
    assert_eq!(rights_of(&town, "registrar").await, 0);
    assert!(matches!(approve(&town, "unit-administrator", id).await, Decided::Own));
    assert!(matches!(approve(&town, "registrar", id).await, Decided::May(Refusal::May(_))), "no right at all");
    town.clock.pass(Duration::from_secs(1));
    let Decided::Done(Some(right)) = approve(&town, "second", id).await else { panic!() };
    assert_eq!(rights_of(&town, "registrar").await, 1);
    let row = motcua::store::rights::find(&town.app.db, right).await.unwrap().unwrap();
    assert_eq!(row.parent_id, Some(parent));
    let own = async |name| format!("person:{}", named(&town, name).await);
    assert_eq!(row.granted_by().unwrap().stored(), own("unit-administrator").await);
    assert_eq!(row.approved_by().unwrap().stored(), own("second").await);
    assert!(matches!(approve(&town, "second", id).await, Decided::Over), "once");
    assert_eq!(rights_of(&town, "registrar").await, 1);
    let told = trail(&town, &["act_asked", "act_approved"]).await;
    let office = async |name| format!("{} a reason of a test", by(&town, name).await.office.unwrap());
    let expected = [("act_asked", "unit-administrator"), ("act_approved", "second")];
    for ((act, name), line) in expected.into_iter().zip(&told) {
        assert_eq!(line, &format!("{act} {} {}", own(name).await, office(name).await));
    }
    let given = trail(&town, &["right_granted"]).await;
    assert_eq!(given.last().unwrap(), &format!("right_granted {} {}", own("second").await, office("second").await));
    town.leave().await;
}

/// "delegation only narrows": what an official asks for is less than what he has.
#[tokio::test]
async fn nobody_asks_for_more_than_they_have() {
    let (town, _) = two().await;
    let app = &town.app;
    let ask = async |wanted: Wanted| match ask(&town, "unit-administrator", &wanted).await {
        Ok(_) => "asked".to_owned(),
        Err(refusal) => refusal.words(Lang::En),
    };
    let of = async |role, bounds| wanted(&town, "registrar", role, bounds).await;
    assert!(ask(of(Role::Registrar, "102").await).await.contains("does not reach this unit"));
    assert!(ask(of(Role::Registrar, "01").await).await.contains("does not reach this unit"));
    assert!(ask(of(Role::Registrar, "health").await).await.contains("does not reach this unit"));
    assert!(ask(of(Role::NationalOperator, "101").await).await.contains("its role may do more"));
    assert!(ask(of(Role::BranchAdministrator, "101 health").await).await.contains("its role may do more"));
    assert_eq!(ask(of(Role::UnitAdministrator, "00001").await).await, "asked");
    let now = app.clock.now();
    let over = Wanted { until: Some(now), ..of(Role::Registrar, "101").await };
    assert!(ask(over).await.contains("until"));
    // By a right that ends, one that does not end cannot be given; by one that may not be given on, none at all.
    let until = Some(now + Duration::from_secs(86_400));
    let limited =
        Wanted { until, may_delegate: true, ..wanted(&town, "approver", Role::UnitAdministrator, "102").await };
    super::give(&town, limited).await;
    let by_limited = async |wanted: &Wanted| match self::ask(&town, "approver", wanted).await {
        Ok(_) => "asked".to_owned(),
        Err(refusal) => refusal.words(Lang::En),
    };
    let for_good = of(Role::Registrar, "102").await;
    assert!(by_limited(&for_good).await.contains("valid before or after"));
    assert_eq!(by_limited(&Wanted { until, ..for_good.clone() }).await, "asked");
    super::give(&town, wanted(&town, "auditor", Role::UnitAdministrator, "102").await).await;
    let refused = self::ask(&town, "auditor", &for_good).await.err().unwrap();
    assert!(refused.words(Lang::En).contains("may not be passed on"));
    town.leave().await;
}

#[tokio::test]
async fn what_changed_meanwhile_makes_it_void() {
    // The place moves, the holder may not sign in, the giver loses the right, or has less of it.
    for change in ["moves", "disabled", "revoked", "asker disabled"] {
        let (town, [parent, _]) = two().await;
        given(&town, "third", Role::UnitAdministrator, "01").await;
        let (id, now) = (asked(&town).await, town.app.clock.now());
        match change {
            "moves" => {
                let sql = "UPDATE unit_parents SET parent_id = (SELECT id FROM units WHERE code = '102') \
                           WHERE unit_id = (SELECT id FROM units WHERE code = '00001') AND valid_from = 20200101";
                execute(&town.app.db, sql).await;
                execute(&town.app.db, "UPDATE hierarchy SET revision = revision + 1").await;
                town.clock.pass(Duration::from_secs(2)); // nothing was announced: what is kept is not believed any more
            }
            "disabled" => {
                people::disable(&town.app, "registrar", now).await.unwrap();
            }
            "revoked" => {
                let machine = motcua::identity::audit::By::machine().because("a test");
                assert!(rights::revoke(&town.app, &machine, parent, now).await.unwrap().is_ok());
                assert_eq!(state(&town, id).await, State::Void, "at once");
            }
            _ => {
                people::disable(&town.app, "unit-administrator", now).await.unwrap();
            }
        }
        let decided = approve(&town, "third", id).await;
        let is_void = matches!(decided, Decided::Void(_)) || change == "revoked" && matches!(decided, Decided::Over);
        assert!(is_void, "{change}");
        assert_eq!(state(&town, id).await, State::Void, "{change}");
        assert_eq!(rights_of(&town, "registrar").await, 0);
        assert_eq!(trail(&town, &["act_voided"]).await.len(), 1, "{change}");
        town.leave().await;
    }
}

#[tokio::test]
async fn it_is_refused_or_its_time_is_over() {
    let (town, _) = two().await;
    let (app, id) = (&town.app, asked(&town).await);
    let refused = pending::refuse(app, &by(&town, "second").await, id, app.clock.now()).await.unwrap();
    assert!(matches!(refused, Decided::Refused));
    assert!(matches!(approve(&town, "second", id).await, Decided::Over));
    let id = asked(&town).await;
    let own = pending::refuse(app, &by(&town, "unit-administrator").await, id, app.clock.now()).await.unwrap();
    assert!(matches!(own, Decided::Refused), "whoever asked may think better of it");
    let id = asked(&town).await;
    assert_eq!(pending::list(app, false, app.clock.now()).await.unwrap().len(), 1);
    town.clock.pass(Duration::from_secs(72 * 3600));
    assert!(matches!(approve(&town, "second", id).await, Decided::Over));
    assert_eq!(pending::list(app, false, app.clock.now()).await.unwrap().len(), 0);
    assert_eq!(pending::list(app, true, app.clock.now()).await.unwrap().len(), 3);
    assert_eq!(rights_of(&town, "registrar").await, 0);
    town.leave().await;
}

/// A code that lets somebody in is shown once, to whoever asked for it, after another approved; nobody gets the account of who
/// has more rights.
#[tokio::test]
async fn a_persons_recovery_needs_two() {
    let (town, _) = two().await;
    let app = &town.app;
    given(&town, "support-desk", Role::SupportDesk, "101").await;
    let (person, desk) = (named(&town, "an").await, by(&town, "support-desk").await);
    let deed = Deed::Recover { person };
    let ask = async |deed: &Deed| pending::ask(app, &desk, deed, app.clock.now()).await.unwrap();
    assert!(matches!(ask(&deed).await, Err(Refusal::NotThere)), "nobody verified who they are");
    for name in ["an", "second"] {
        let (method, evidence, agency) = ("in-person".into(), "identity card".into(), "101-health".into());
        let seen = Seen { level: Level::Two, method, evidence, agency };
        proofing::record(app, name, &seen, app.clock.now()).await.unwrap();
    }
    let superior = Deed::Recover { person: named(&town, "second").await };
    let Err(refusal) = ask(&superior).await else { panic!("an administrator's account") };
    assert!(refusal.words(Lang::En).contains("has more rights"));
    let Ok(id) = ask(&deed).await else { panic!() };
    let carry = async |name| carry_out(app, &by(&town, name).await, id, app.clock.now()).await.unwrap();
    assert!(matches!(carry("support-desk").await, CarriedOut::No), "nobody approved it");
    assert!(matches!(approve(&town, "support-desk", id).await, Decided::Own));
    assert!(matches!(approve(&town, "second", id).await, Decided::Approved));
    assert!(matches!(carry("second").await, CarriedOut::No), "who approved it gets no code");
    let CarriedOut::Code(code, _) = carry("support-desk").await else { panic!() };
    assert!(code.expose().len() > 8);
    assert!(matches!(carry("support-desk").await, CarriedOut::No), "once");
    assert_eq!(trail(&town, &["recovery_began"]).await.len(), 1);
    town.leave().await;
}

/// Nobody decides what he gets himself.
#[tokio::test]
async fn whom_a_right_is_for_does_not_decide() {
    let (town, _) = two().await;
    let app = &town.app;
    given(&town, "national-operator", Role::NationalOperator, "").await; // and `third`
    let person = named(&town, "second").await;
    for name in ["second", "an"] {
        let (method, evidence, agency) = ("in-person".into(), "identity card".into(), "101-health".into());
        let seen = Seen { level: Level::Two, method, evidence, agency };
        proofing::record(app, name, &seen, app.clock.now()).await.unwrap();
    }
    let asker = by(&town, "unit-administrator").await;
    let Ok(id) = pending::ask(app, &asker, &Deed::Recover { person }, app.clock.now()).await.unwrap() else { panic!() };
    assert!(matches!(approve(&town, "second", id).await, Decided::Own));
    assert!(matches!(approve(&town, "third", id).await, Decided::Approved));
    town.leave().await;
}

#[tokio::test]
async fn keys_are_replaced_and_revoked_by_two() {
    let (town, _) = two().await;
    let app = &town.app;
    given(&town, "national-operator", Role::NationalOperator, "").await; // and `third`
    let deed = Deed::RotateKey { algorithm: "ES256".into(), at_once: true };
    let ask =
        async |name: &str, deed: &Deed| pending::ask(app, &by(&town, name).await, deed, app.clock.now()).await.unwrap();
    assert!(ask("unit-administrator", &deed).await.is_err());
    let Ok(id) = ask("national-operator", &deed).await else { panic!() };
    assert!(matches!(approve(&town, "second", id).await, Decided::May(_)), "the country's is none of a unit's");
    assert!(matches!(approve(&town, "third", id).await, Decided::Approved));
    let carry = async |id| carry_out(app, &by(&town, "national-operator").await, id, app.clock.now()).await.unwrap();
    let CarriedOut::Key(kid) = carry(id).await else { panic!() };
    let Ok(id) = ask("national-operator", &Deed::RevokeKey { kid: kid.clone() }).await else { panic!() };
    assert!(matches!(approve(&town, "third", id).await, Decided::Approved));
    assert!(matches!(carry(id).await, CarriedOut::Done));
    assert!(ask("national-operator", &Deed::RevokeKey { kid: "none".into() }).await.is_err());
    town.leave().await;
}

/// A reform of units: the file is kept with what waits, is tried when it is asked for, and is void once the tree is another.
#[tokio::test]
async fn a_reform_of_units_needs_two() {
    let (town, _) = two().await;
    let app = &town.app;
    given(&town, "national-operator", Role::NationalOperator, "").await; // and `third`
    let reform = |file: &str| {
        let day = motcua::base::day::Day::parse("2027-07-01").unwrap();
        let file = format!("level,from,to,share\n{file}\n");
        Deed::Succeed { file, day, legal_basis: Some("Law 1".into()), becomes: None }
    };
    let ask =
        async |name: &str, deed: &Deed| pending::ask(app, &by(&town, name).await, deed, app.clock.now()).await.unwrap();
    let Err(refusal) = ask("national-operator", &reform("commune,99999,00001,all")).await else { panic!() };
    assert!(refusal.words(Lang::En).contains("line 2"), "{}", refusal.words(Lang::En));
    let sound = reform("commune,00003,00001,all");
    assert!(ask("unit-administrator", &sound).await.is_err());
    let Ok(id) = ask("national-operator", &sound).await else { panic!() };
    let Ok(other) = ask("third", &sound).await else { panic!() };
    let service = "[[services]]\nid = \"births\"\nagency = \"00003-justice\"\nlegal_basis = \"public-task\"\n\
         name = { vi = \"Khai sinh\", en = \"Births\" }\npurpose = { vi = \"khai sinh\", en = \"registering\" }\n";
    assert_eq!(town.apply(service).await.changes.len(), 1); // of the tree nothing changes by that
    assert!(matches!(approve(&town, "third", id).await, Decided::Approved));
    let carried = carry_out(app, &by(&town, "national-operator").await, id, app.clock.now()).await.unwrap();
    let report = match carried {
        CarriedOut::Reform(report) => report,
        CarriedOut::Void(why) => panic!("{why}"),
        _ => panic!("not approved"),
    };
    assert_eq!(report["merged"], 1, "{report}");
    assert_eq!(trail(&town, &["act_carried_out", "units_succeeded"]).await.len(), 2);
    assert!(matches!(approve(&town, "national-operator", other).await, Decided::Void(_)), "the tree is another now");

    // What was approved of a tree that is another by now is void, says so, and is not said to be done.
    let asked = ask("national-operator", &reform("commune,00004,00005,all")).await;
    let id = asked.map_err(|refusal| refusal.words(Lang::En)).unwrap();
    assert!(matches!(approve(&town, "third", id).await, Decided::Approved));
    let before = trail(&town, &["act_carried_out", "units_succeeded"]).await.len();
    execute(&app.db, "UPDATE hierarchy SET revision = revision + 1").await;
    let carried = carry_out(app, &by(&town, "national-operator").await, id, app.clock.now()).await.unwrap();
    assert!(matches!(carried, CarriedOut::No | CarriedOut::Void(_)));
    assert_eq!(trail(&town, &["act_carried_out", "units_succeeded"]).await.len(), before);
    town.leave().await;
}
