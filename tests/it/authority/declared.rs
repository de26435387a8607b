//! Rights of a declaration: given once, changed, and gone where the file names them no more; what officials gave stays.

use motcua::identity::audit::By;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Role;
use motcua::parts::authority;

use super::by;
use super::given;
use super::named;
use super::town;
use super::wanted;
use crate::town::DECLARATION;
use crate::town::Town;

const TWO: &str = "[[people]]\nuser_name = \"mai\"\npassword = \"correct horse battery\"\n\
    [[rights]]\nperson = \"khai\"\nrole = \"national-operator\"\nmay_delegate = true\n\
    [[rights]]\nperson = \"mai\"\nrole = \"national-operator\"\nmay_delegate = true\n";

async fn rights_of(town: &Town, name: &str) -> Vec<String> {
    let (holder, now) = (Holder::Person(named(town, name).await), town.app.clock.now());
    let all = authority::of(&town.app, &holder, now).await.unwrap();
    let counted = all.iter().filter(|right| right.counts_or_will(now));
    counted.map(|right| format!("{} {:?}", right.role.as_str(), right.until.map(|until| until.to_string()))).collect()
}

#[tokio::test]
async fn rights_are_declared_and_applying_again_changes_nothing() {
    let town = town().await;
    let report = town.apply(TWO).await;
    let gave = report.changes.iter().filter(|line| line.starts_with("gave right")).count();
    assert_eq!(gave, 2, "{:?}", report.changes);
    assert_eq!(rights_of(&town, "mai").await, ["national-operator None"], "of a person of the same file");
    assert!(town.apply(TWO).await.changes.iter().all(|line| !line.contains("right")));
    let more = "[[rights]]\nperson = \"an\"\nrole = \"registrar\"\nunit = \"district/101\"\nbranch = \"health\"\n\
                agency = \"101-health\"\nsubordinates = true\nuntil = \"2027-06-30\"\n";
    town.apply(more).await;
    assert_eq!(rights_of(&town, "an").await, ["registrar Some(\"2027-06-30T17:00:00Z\")"]);
    let longer = more.replace("2027-06-30", "2028-06-30");
    let report = town.apply(&longer).await;
    assert!(report.changes[0].starts_with("changed right an: registrar, unit district/101"), "{:?}", report.changes);
    assert_eq!(rights_of(&town, "an").await, ["registrar Some(\"2028-06-30T17:00:00Z\")"]);
    assert_eq!(rights_of(&town, "khai").await.len(), 1, "what the file does not name stays");
    let client = "[[clients]]\nclient_id = \"robot\"\nsecrets = [\"robot-secret-of-a-test-that-is-long-enough\"]\n\
                  grant_types = [\"client_credentials\"]\nscope = \"records:read\"\n\
                  [[rights]]\nclient = \"robot\"\nrole = \"auditor\"\nunit = \"01\"\n";
    town.apply(client).await;
    let robot = authority::of(&town.app, &Holder::Client("robot".into()), town.app.clock.now()).await.unwrap();
    assert_eq!(robot.len(), 1, "of a client of the same file");
    town.leave().await;
}

#[tokio::test]
async fn mistakes_are_named_and_nothing_is_given() {
    let town = town().await;
    for (toml, says) in [
        ("[[rights]]\nperson = \"khai\"\nrole = \"national-operator\"\n", "two people at least"),
        ("[[rights]]\nperson = \"nobody\"\nrole = \"auditor\"\n", "line 2: right of \"nobody\": is neither here"),
        ("[[rights]]\nperson = \"khai\"\nclient = \"portal\"\nrole = \"auditor\"\n", "expected one of them"),
        ("[[rights]]\nperson = \"khai\"\nrole = \"king\"\n", "expected one of national-operator"),
        ("[[rights]]\nperson = \"khai\"\nrole = \"auditor\"\nunit = \"9\"\n", "none has the code"),
        ("[[rights]]\nperson = \"khai\"\nrole = \"auditor\"\nsubordinates = true\n", "of which agency"),
        ("[[rights]]\nperson = \"khai\"\nrole = \"auditor\"\nfrom = \"1 July\"\n", "is no day"),
        ("[[rights]]\nperson = \"khai\"\nrole = \"auditor\"\nuntill = \"2027-01-01\"\n", "untill"),
    ] {
        let error = town.try_apply(toml, false).await.unwrap_err();
        assert!(error.contains(says), "{toml}: {error}");
    }
    assert_eq!(authority::all(&town.app, town.app.clock.now()).await.unwrap().len(), 0);
    // One that is over is no mistake: the same file goes on being applied.
    town.apply("[[rights]]\nperson = \"khai\"\nrole = \"auditor\"\nuntil = \"2020-01-01\"\n").await;
    assert_eq!(rights_of(&town, "khai").await, [""; 0]);
    town.leave().await;
}

#[tokio::test]
async fn pruning_ends_what_was_declared_and_keeps_what_officials_gave() {
    let town = town().await;
    let agencies = "";
    town.apply(TWO).await;
    given(&town, "khai", Role::UnitAdministrator, "101").await;
    let one = wanted(&town, "an", Role::Auditor, "101").await;
    let now = town.app.clock.now();
    let asked = motcua::flows::admin::rights::grant(&town.app, &by(&town, "khai").await, &[one], None, now).await;
    let Ok(Ok(motcua::flows::admin::rights::Given::Pending(asked))) = asked else { panic!() };
    let machine = By::machine().because("a test");
    motcua::flows::admin::rights::pending::approve(&town.app, &machine, asked[0], now).await.unwrap();
    assert_eq!(rights_of(&town, "an").await, ["auditor None"]);
    let error = town.try_apply(&format!("{DECLARATION}{agencies}"), true).await;
    let report = error.unwrap();
    assert_eq!(report.changes.iter().filter(|line| line.starts_with("ended right")).count(), 3, "{:?}", report.changes);
    assert_eq!(rights_of(&town, "khai").await, [""; 0]);
    assert_eq!(rights_of(&town, "an").await, ["auditor None"]);
    town.leave().await;
}
