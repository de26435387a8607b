//! One expected table: every role at every act, on own, subordinate, sibling, superior and foreign units and branches, before and
//! after a reform, asked of the function and of the command line.

use std::collections::BTreeMap;

use motcua::identity::authority;
use motcua::identity::authority::Act;
use motcua::identity::authority::Authority;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Kind;
use motcua::identity::authority::Role;
use motcua::parts::authority as rights;
use motcua::parts::authority::Subject;
use serde_json::Value;

use super::country;
use super::country::JULY;
use super::country::JUNE;
use super::country::at;
use super::given;
use super::named;
use super::officials;
use super::town;
use crate::operations::program::Site;
use crate::town::Town;

/// Which role does what: national operator, unit administrator, branch administrator, registrar, approver, support desk, proofing
/// official, auditor. `C`: only where the right has no bound.
const ROLES: &str = "
units.look             x x x x x x x x
units.change           x . . . . . . .
units.succeed          x . . . . . . .
branches.look          x x x x x . . x
branches.change        x . x . . . . .
agencies.look          x x x x x . . x
agencies.change        x x x . . . . .
services.look          x x x x x . . x
services.change        x x x x . . . .
clients.look           x x x x x . . x
clients.change         x x x x . . . .
clients.remove         x x x x . . . .
clients.to-production  x x x x . . . .
rights.look            x x x . x . . x
rights.grant           x x x . . . . .
rights.revoke          x x x . . . . .
pending.look           x x x x x x . x
pending.decide         x x x . x . . .
people.find            x x . . . x x .
people.sign-out        x x . . . x . .
people.proof           x x . . . . x .
people.recover         x x . . . x . .
people.disable         C . . . . . . .
people.enable          C . . . . . . .
people.enter           C . . . . . . .
people.remove          C . . . . . . .
people.export          C . . . . . . .
sessions.look          x x . . . x . .
sessions.end           x x . . . x . .
grants.look            x x . . . x . .
grants.revoke          x x . . . x . .
keys.look              C . . . . . . .
keys.rotate            C . . . . . . .
keys.revoke            C . . . . . . .
outbox.look            C . . . . . . .
outbox.retry           C . . . . . . .
audit.look             x x x . . . . x
figures.look           x x x x x . . x
declaration.look       C . . . . . . .
declaration.apply      C . . . . . . .
";

/// Which places a right for district 101 and health reaches, as of the last day of June and the first of July: the agency of a
/// unit and a branch.
const PLACES: &str = "
own unit, own branch                  101-health       x x
own unit, subordinate branch          101-hospitals    x x
own unit, sibling branch              101-justice      . .
own unit, superior branch             101-state        . .
own unit, foreign branch              101-party        . .
subordinate unit, own branch          00001-health     x x
subordinate unit, subordinate branch  00001-hospitals  x x
subordinate unit, sibling branch      00001-justice    . .
subordinate unit, superior branch     00001-state      . .
subordinate unit, foreign branch      00001-party      . .
merged sibling unit, own branch       102-health       . x
merged sibling unit, foreign branch   102-party        . .
merged sibling's subordinate          00003-health     . x
successor unit, own branch            103-health       . x
superior unit, own branch             01-health        . .
superior unit, subordinate branch     01-hospitals     . .
the country, own branch               vn-health        . .
foreign superior unit, own branch     02-health        . .
foreign unit, own branch              201-health       . .
foreign unit, subordinate branch      202-hospitals    . .
foreign subordinate unit, own branch  00004-health     . .
foreign subordinate, foreign branch   00005-party      . .
";

/// The kinds of acts that are tried on each place, through the agency that stands there.
const OF_PLACES: [Kind; 7] =
    [Kind::Agency, Kind::Service, Kind::Client, Kind::Right, Kind::PendingAct, Kind::Audit, Kind::Figures];

/// What each role does.
pub fn roles() -> BTreeMap<(Role, Act), char> {
    let mut table = BTreeMap::new();
    for line in ROLES.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let act = Act::parse(words.next().unwrap()).unwrap();
        for role in Role::ALL {
            table.insert((role, act), words.next().unwrap().chars().next().unwrap());
        }
    }
    assert_eq!(table.len(), Act::ALL.len() * Role::ALL.len());
    table
}

/// The agencies of the places, and whether they are reached before and after the reform.
pub fn places() -> Vec<(&'static str, [bool; 2])> {
    let lines = PLACES.lines().filter(|line| !line.is_empty());
    let read = |line: &'static str| {
        let mut words = line.split_whitespace().rev();
        let (july, june) = (words.next().unwrap() == "x", words.next().unwrap() == "x");
        (words.next().unwrap(), [june, july])
    };
    lines.map(read).collect()
}

#[test]
fn the_table_is_what_the_roles_do() {
    for ((role, act), expected) in roles() {
        assert_eq!(role.does(act), expected != '.', "{role:?} {act:?}");
        assert_eq!(role.does(act) && act.is_of_the_country(), expected == 'C', "{role:?} {act:?}");
    }
}

async fn of(town: &Town, role: Role, day: &str) -> Vec<Authority> {
    let holder = Holder::Person(named(town, role.as_str()).await);
    rights::of(&town.app, &holder, at(day)).await.unwrap()
}

#[tokio::test]
async fn every_role_at_every_act_on_every_place_before_and_after_the_reform() {
    let town = town().await;
    officials(&town).await;
    for role in Role::ALL {
        given(&town, role.as_str(), role, "101 health").await;
    }
    let (table, mut tried) = (roles(), 0);
    for (n, day) in [JUNE, JULY].into_iter().enumerate() {
        for role in Role::ALL {
            let own = of(&town, role, day).await;
            for (agency, reached) in places() {
                let subject = Subject::Agency(agency.to_owned());
                for kind in OF_PLACES {
                    let target = rights::target(&town.app, kind, &subject, at(day)).await.unwrap().unwrap();
                    for act in Act::ALL.into_iter().filter(|act| act.kind() == kind) {
                        let verdict = authority::may(&own, act, &target, at(day));
                        let expected = reached[n] && table[&(role, act)] == 'x';
                        assert_eq!(verdict.is_allowed(), expected, "{day} {role:?} {act:?} {agency}: {verdict:?}");
                        tried += 1;
                    }
                }
            }
            // A unit is of no branch, a branch of no unit: a right with both bounds reaches neither; the country's is nobody's
            // who has a bound; people come to any office.
            for (subject, is_people) in [
                (Subject::Unit(country::unit("101")), false),
                (Subject::Branch("health".into()), false),
                (Subject::Country, false),
                (Subject::Person(named(&town, "an").await), true),
            ] {
                for act in Act::ALL {
                    let target = rights::target(&town.app, act.kind(), &subject, at(day)).await.unwrap().unwrap();
                    if target.kind != act.kind() || act.kind() == Kind::PendingAct && is_people {
                        continue;
                    }
                    let verdict = authority::may(&own, act, &target, at(day));
                    let expected = is_people && table[&(role, act)] == 'x';
                    assert_eq!(verdict.is_allowed(), expected, "{day} {role:?} {act:?} {subject:?}: {verdict:?}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 5800, "{tried}");
    town.leave().await;
}

/// Bounds one by one: a whole unit, a whole branch, one agency, an agency with its subordinates, and none.
#[tokio::test]
async fn each_bound_alone() {
    let town = town().await;
    officials(&town).await;
    let app = &town.app;
    for (name, scope, reached) in [
        ("approver", "101", ["101-health", "101-party", "00001-justice", "unit 101", "unit 00001"].as_slice()),
        (
            "auditor",
            "health",
            &["101-health", "01-health", "02-hospitals", "00004-health", "branch health", "branch hospitals"],
        ),
        ("registrar", "=101-health", &["101-health"]),
        ("support-desk", "", &["101-party", "unit vn", "branch party", "country"]),
    ] {
        given(&town, name, Role::NationalOperator, scope).await;
        let own = Holder::Person(named(&town, name).await);
        let own = rights::of(app, &own, at(JUNE)).await.unwrap();
        for place in
            ["101-party", "00001-justice", "01-health", "02-hospitals", "00004-health", "101-health"].into_iter().chain(
                ["unit vn", "unit 101", "unit 00001", "branch health", "branch hospitals", "branch party", "country"],
            )
        {
            let (act, subject) = match place.split_once(' ') {
                Some(("unit", code)) => (Act::UnitsChange, Subject::Unit(country::unit(code))),
                Some((_, code)) => (Act::BranchesChange, Subject::Branch(code.to_owned())),
                None if place == "country" => (Act::KeysLook, Subject::Country),
                None => (Act::AgenciesChange, Subject::Agency(place.to_owned())),
            };
            let target = rights::target(app, act.kind(), &subject, at(JUNE)).await.unwrap().unwrap();
            let expected = scope.is_empty() || reached.contains(&place);
            let verdict = authority::may(&own, act, &target, at(JUNE));
            assert_eq!(verdict.is_allowed(), expected, "{scope:?} {place}: {verdict:?}");
        }
    }
    town.leave().await;
}

/// The same table at the terminal, which names the verdict in words.
#[tokio::test]
async fn the_command_line_gives_the_same_answers() {
    let site = Site::new("", "").await;
    let db = site.db().await;
    country::found(&db).await;
    db.close().await;
    site.write("officials.toml", &super::declared());
    site.configured(&["apply", "officials.toml"]).succeeded();
    let (table, places) = (roles(), places());
    for role in Role::ALL {
        let name = role.as_str();
        let grant = ["rights", "grant", "--role", name, "--person", name, "--unit", "101", "--branch", "health"];
        site.configured(&[&grant[..], &["--reason", "a test"]].concat()).succeeded();
        // Of each kind of place one is asked for: the whole table would take minutes.
        for (agency, reached) in
            places.iter().filter(|(agency, _)| ["101-health", "102-health", "201-health"].contains(agency))
        {
            for (n, day) in [JUNE, JULY].into_iter().enumerate() {
                let target = format!("agency:{agency}");
                let ran = site.configured(&["rights", "check", name, "every", &target, "--at", day, "--json"]);
                let answers: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
                assert!(answers.len() > 10, "{answers:?}");
                for answer in &answers {
                    let act = Act::parse(answer["act"].as_str().unwrap()).unwrap();
                    let expected = reached[n] && table[&(role, act)] == 'x';
                    assert_eq!(answer["allowed"], expected, "{day} {name} {agency}: {answer}");
                }
                assert_eq!(ran.ok, answers.iter().any(|answer| answer["allowed"] == true), "{}", ran.err);
            }
        }
    }
    let check = |arguments: &[&str]| site.configured(&[&["rights", "check"], arguments].concat());
    let said = check(&["registrar", "clients.change", "agency:101-hospitals", "--at", JUNE]).succeeded();
    assert_eq!(said, "Allowed: change clients, as registrar (101, branch health).\n");
    let said = check(&["registrar", "clients.change", "agency:01-health", "--at", JUNE]);
    assert_eq!(said.out, "Not allowed: the right as registrar (101, branch health) does not reach this unit.\n");
    assert!(!said.ok);
    let said = check(&["registrar", "clients.change", "agency:01-health", "--at", JUNE, "--language", "vi"]).out;
    assert_eq!(said, "Không được phép: thẩm quyền cán bộ đăng ký (101, ngành health) không bao gồm đơn vị này.\n");
    let office = site.configured(&["rights", "offices", "registrar"]).succeeded();
    let (office, told) = office.split_once("  ").unwrap();
    assert_eq!(told, "101, branch health: registrar\n");
    let question = ["registrar", "clients.change", "agency:101-hospitals", "--at", JUNE, "--office"];
    assert!(check(&[&question[..], &[office]].concat()).ok);
    let said = check(&[&question[..], &["branch:health"]].concat());
    assert_eq!(said.out, "Not allowed: there is no right of an official.\n", "he acts in another office");
    assert!(check(&[&question[..], &["101"]].concat()).err.contains("motcua rights offices"));
    let said = check(&["an", "keys.rotate", "country"]).out;
    assert_eq!(said, "Not allowed: there is no right of an official.\n");
    assert!(check(&["registrar", "keys.rotate", "agency:01-health"]).failed().contains("name it as country"));
    assert!(check(&["registrar", "keys.swallow", "country"]).failed().contains("keys.rotate"));
    assert!(check(&["registrar", "units.look", "unit:999"]).failed().contains("none has the code"));
    assert!(check(&["stranger", "units.look", "country"]).failed().contains("nobody signs in"));
    site.leave().await;
}

/// `motcua rights check --help`: "`every` for all that are about such a target".
#[tokio::test]
async fn every_act_at_once_is_answered_as_each_alone() {
    use motcua::flows::admin::rights::look::Asked;
    use motcua::flows::admin::rights::look::check;
    let town = town().await;
    officials(&town).await;
    given(&town, "unit-administrator", Role::UnitAdministrator, "101").await;
    let holder = Holder::Person(named(&town, "unit-administrator").await);
    let targets = ["country", "unit:101", "branch:health", "agency:101-health", "service:licences", "client:portal"];
    for target in targets.into_iter().chain(["person:registrar"]) {
        let asked = |act| Asked { asker: (&holder).into(), act, target };
        let every = check(&town.app, &asked("every"), at(JUNE)).await.unwrap().unwrap();
        let mut alone = Vec::new();
        for act in Act::ALL {
            match check(&town.app, &asked(act.as_str()), at(JUNE)).await.unwrap() {
                Ok(answers) => alone.extend(answers),
                Err(why) => assert!(why.contains(" is about "), "{why}"),
            }
        }
        let told = |answers: &[rights::Answer]| answers.iter().map(|one| (one.act, one.verdict)).collect::<Vec<_>>();
        assert!(!every.is_empty(), "{target}");
        assert_eq!(told(&every), told(&alone), "{target}");
    }
    town.leave().await;
}
