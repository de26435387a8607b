//! identity.md: "Columns that identify a person […] are sealed […] under data keys"; the keys follow each other "in the background
//! while the server runs".

use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use motcua::app::App;
use motcua::base::random::SeededEntropy;
use motcua::base::time::ManualClock;
use motcua::cli::serve::OnEmpty;
use motcua::cli::serve::World;
use motcua::cli::serve::build;
use motcua::config::database::SecretUrl;
use motcua::flows::admin::keys;
use motcua::flows::admin::keys::Rotated;
use motcua::flows::admin::people;
use motcua::flows::admin::people_import;
use motcua::jobs;
use motcua::parts::data_keys;
use motcua::signing::personal_keys;
use motcua::signing::personal_keys::Stage;
use motcua::signing::personal_keys::number_of;
use motcua::store::db::by_itself;
use motcua::store::reseals;
use motcua::store::reseals::Place;
use motcua::store::reseals::SealedRow;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::program::Site;
use super::program::until;
use super::readme;
use super::readme::shell;
use crate::server;
use crate::store::abandoned::abandoned;
use crate::store::execute;
use crate::store::is_postgres;
use crate::store::texts;
use crate::town::Browser;
use crate::town::DECLARATION;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;
use crate::town::code;

/// Beyond the lead time, and by how much clocks may differ.
const SETTLED: Duration = Duration::from_secs(3600 + 61);

async fn rows(app: &App, place: Place) -> Vec<SealedRow> {
    let all = reseals::rows(&app.db, place, Uuid::nil(), 10_000).await.unwrap();
    all.into_iter().filter(|row| row.kind != "recovery_code").collect()
}

/// The keys under which something is sealed, in each place that has something.
async fn named(app: &App) -> Vec<(&'static str, Vec<u32>)> {
    let mut found = Vec::new();
    for place in Place::ALL {
        let mut numbers: Vec<u32> = rows(app, place).await.iter().map(|row| number_of(&row.sealed)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        found.push((place.as_str(), numbers));
    }
    found.retain(|(_, numbers)| !numbers.is_empty());
    found
}

async fn held(app: &App) -> Vec<(u32, Stage)> {
    let keys = personal_keys::list(&app.db, app.clock.now()).await.unwrap();
    keys.into_iter().map(|(number, _, stage)| (number, stage)).collect()
}

/// A successor is made, and seals by now.
async fn succeeded(town: &Town) -> u32 {
    jobs::canonical_names::run(Arc::clone(&town.app)).await.unwrap();
    let rotated = keys::rotate_data(&town.app, town.app.clock.now()).await.unwrap();
    let Rotated::Next(number) = rotated else { panic!("{rotated:?}") };
    town.clock.pass(SETTLED);
    town.heartbeat().await;
    number
}

async fn seal_all_anew(app: &App) {
    while data_keys::go_on(app, app.clock.now()).await.unwrap() {}
}

async fn signed_in(browser: &mut Browser, name: &str) -> Page {
    let page = browser.open("/sign-in").await;
    browser.fill(&page, &[("username", name), ("password", PASSWORD)]).await
}

async fn count(town: &Town, act: &str, detail: &str) -> usize {
    let all = town.audit().await;
    all.iter().filter(|(own, _, told)| own == act && told.as_deref().is_some_and(|told| told.contains(detail))).count()
}

async fn name_of(app: &App, name: &str) -> String {
    let shown = people::show(app, name, app.clock.now()).await.unwrap().unwrap();
    shown.data.display_name().to_owned()
}

/// Everything goes on meanwhile, and afterwards nothing of the former key is left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_is_sealed_anew_while_people_sign_in() {
    let town = Town::with_post(|_| {}).await;
    let (mut khai, mut device) = (town.browser(), Device::new());
    signed_in(&mut khai, "khai").await;
    khai.enrol(&mut device).await;
    let secret = khai.add_app(town.app.clock.now()).await;
    let everywhere = |number: u32| ["people", "authenticators", "letters"].map(|place| (place, vec![number])).to_vec();
    assert_eq!(named(&town.app).await, everywhere(0));
    assert_eq!(succeeded(&town).await, 1);
    assert_eq!(held(&town.app).await, [(0, Stage::Former), (1, Stage::Current)]);
    let anew = tokio::spawn({
        let app = Arc::clone(&town.app);
        async move { seal_all_anew(&app).await }
    });
    let mut an = town.browser();
    signed_in(&mut an, "an").await;
    an.add_app(town.app.clock.now()).await;
    let mut again = town.browser();
    let page = signed_in(&mut again, "khai").await;
    let page = again.fill(&page, &[("otp", &code(&secret, town.app.clock.now()))]).await;
    assert_eq!(page.path(), "/", "{}", page.body);
    anew.await.unwrap();
    assert_eq!(named(&town.app).await, everywhere(1));
    assert_eq!(held(&town.app).await.len(), 2, "the former key is kept until everything was looked at once more");
    town.clock.pass(SETTLED);
    seal_all_anew(&town.app).await;
    assert_eq!(held(&town.app).await, [(1, Stage::Current)]);
    let wiped = "SELECT purpose FROM data_keys WHERE length(sealed) = 0";
    assert_eq!(texts(&town.app.db, wiped.into()).await, ["personal"]);
    let mut by_key = town.browser();
    let page = by_key.open("/sign-in").await;
    assert_eq!(by_key.use_passkey(&page, &mut device).await.path(), "/");
    assert_eq!(name_of(&town.app, "khai").await, "Nguyễn Thị Minh Khai");
    let mail = town.mailbox().next_for("khai@songlam.example").await;
    assert!(!mail.text.is_empty(), "a letter that was written before is brought");
    assert_eq!(
        (count(&town, "key_created", "data key 1").await, count(&town, "key_retired", "data key 0").await),
        (1, 1)
    );
    // Whoever starts now knows one key alone.
    let replica = town.replica().await;
    assert_eq!(name_of(&replica.app, "khai").await, "Nguyễn Thị Minh Khai");
    town.leave().await;
}

/// Of the keys that are held, and the numbers that people's rows name.
type Wanted<'a> = &'a dyn Fn(&[(u32, Stage)], &[u32]) -> bool;

/// "in the background while the server runs": the job does it, of two servers with one database, and nobody waits for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_servers_seal_anew_by_themselves_while_people_sign_in() {
    const LONG: Duration = Duration::from_secs(90);
    let town = Town::new().await;
    town.apply(&many()).await;
    let replica = town.replica().await;
    let stop = CancellationToken::new();
    let servers = [&town.app, &replica.app].map(|app| jobs::start(app, &stop));
    assert_eq!(succeeded(&town).await, 1);
    let became = async |what: &'static str, wanted: Wanted<'_>| {
        until(what, LONG, || async {
            let (held, named) = (held(&town.app).await, named(&town.app).await);
            let people = named.iter().find(|(place, _)| *place == "people").map(|(_, numbers)| numbers.clone());
            let people = people.unwrap_or_default();
            if wanted(&held, &people) { Ok(()) } else { Err(format!("{held:?} {named:?}")) }
        })
        .await;
    };
    let signing_in = async {
        for n in 0..20 {
            let mut browser = if n % 2 == 0 { town.browser() } else { replica.browser_like(&town.browser()) };
            let page = signed_in(&mut browser, &format!("p{n}")).await;
            assert_eq!(page.path(), "/", "p{n}: {}", page.body);
        }
    };
    tokio::join!(signing_in, became("all is sealed under the successor", &|_, people| people == [1]));
    // What is gone over for the first time after the clock went on is due once more only an hour after that.
    until("every place was gone over once", LONG, || async {
        let all = reseals::all(&town.app.db).await.unwrap();
        let is_once = all.iter().filter(|progress| progress.round > 0).count() == Place::ALL.len();
        if is_once { Ok(()) } else { Err(format!("{all:?}")) }
    })
    .await;
    assert_eq!(held(&town.app).await.len(), 2, "the former key is kept until everything was looked at once more");
    town.clock.pass(SETTLED);
    became("the former key is wiped", &|held, _| held == [(1, Stage::Current)]).await;
    for (name, app) in [("p0", &town.app), ("p249", &replica.app)] {
        assert!(name_of(app, name).await.starts_with("P "));
    }
    assert_eq!(count(&town, "key_retired", "data key 0").await, 1, "of two one wipes it");
    let mut browser = town.browser();
    assert_eq!(signed_in(&mut browser, "khai").await.path(), "/");
    stop.cancel();
    for server in servers {
        server.wait().await;
    }
    town.leave().await;
}

/// "rolled out like signing keys": every replica holds a key for the lead time before one seals under it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_successor_is_held_by_every_replica_before_it_seals() {
    let town = Town::new().await;
    let replica = town.replica().await;
    jobs::canonical_names::run(Arc::clone(&town.app)).await.unwrap();
    let now = town.app.clock.now();
    let (here, there) =
        tokio::join!(by_itself(keys::rotate_data(&town.app, now)), by_itself(keys::rotate_data(&replica.app, now)));
    assert_eq!((here.unwrap(), there.unwrap()), (Rotated::Next(1), Rotated::Next(1)), "two at once make one");
    assert_eq!(count(&town, "key_created", "data key").await, 1);
    replica.heartbeat().await;
    let lead = *town.config.keys.lead;
    town.clock.pass(lead - Duration::from_secs(1));
    assert_eq!(held(&town.app).await, [(0, Stage::Current), (1, Stage::Next)]);
    town.apply(&DECLARATION.replacen("Nguyễn Thị Minh Khai", "Nguyễn Thị Khai", 1)).await;
    assert_eq!(named(&town.app).await, [("people", vec![0])]);
    seal_all_anew(&town.app).await;
    town.clock.pass(Duration::from_secs(1));
    assert_eq!(keys::rotate_data(&town.app, town.app.clock.now()).await.unwrap(), Rotated::UnderWay(1));
    town.apply(&DECLARATION.replacen("Nguyễn Thị Minh Khai", "Nguyễn Minh Khai", 1)).await;
    assert_eq!(named(&town.app).await, [("people", vec![0, 1])]);
    assert_eq!(name_of(&replica.app, "khai").await, "Nguyễn Minh Khai", "it opens what the other sealed");
    seal_all_anew(&town.app).await;
    assert_eq!(named(&town.app).await, [("people", vec![0, 1])], "clocks may differ by so much");
    town.clock.pass(Duration::from_secs(60));
    seal_all_anew(&replica.app).await;
    assert_eq!(named(&town.app).await, [("people", vec![1])]);
    town.clock.pass(lead);
    seal_all_anew(&town.app).await;
    replica.heartbeat().await;
    assert_eq!(name_of(&replica.app, "an").await, "Trần Văn An");
    assert_eq!(keys::rotate_data(&town.app, town.app.clock.now()).await.unwrap(), Rotated::Next(2));
    town.leave().await;
}

/// Many people, more than one batch has.
fn many() -> String {
    let one = |n: u32| {
        format!("[[people]]\nuser_name = \"p{n}\"\npassword = \"{PASSWORD}\"\nclaims = {{ name = \"P {n}\" }}\n")
    };
    (0..250).map(one).collect()
}

/// Whoever dies at any moment is followed by another; two at once do no harm.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_dies_in_the_middle_is_followed_by_another() {
    let town = Town::new().await;
    town.apply(&many()).await;
    let replica = town.replica().await;
    succeeded(&town).await;
    replica.heartbeat().await;
    let middle = [("people", vec![0, 1])];
    for polls in 1..1000 {
        assert!(
            abandoned(polls, data_keys::go_on(&town.app, town.app.clock.now())).await.is_none(),
            "it died too late"
        );
        if named(&town.app).await == middle {
            break;
        }
    }
    assert_eq!(named(&town.app).await, middle);
    for name in ["p0", "p100", "p249"] {
        assert!(name_of(&replica.app, name).await.starts_with("P "));
    }
    tokio::join!(by_itself(seal_all_anew(&town.app)), by_itself(seal_all_anew(&replica.app)));
    assert_eq!(named(&town.app).await, [("people", vec![1])]);
    town.clock.pass(SETTLED);
    tokio::join!(by_itself(seal_all_anew(&town.app)), by_itself(seal_all_anew(&replica.app)));
    assert_eq!(held(&town.app).await, [(1, Stage::Current)]);
    assert_eq!(count(&town, "key_retired", "data key").await, 1, "of two one wipes it");
    town.leave().await;
}

/// What somebody changes while their row is sealed anew stays changed.
#[tokio::test]
async fn what_was_changed_meanwhile_stays_changed() {
    let town = Town::new().await;
    succeeded(&town).await;
    let before = rows(&town.app, Place::People).await;
    town.apply(&DECLARATION.replacen("Nguyễn Thị Minh Khai", "Nguyễn Thị Khai", 1)).await;
    let mut refused = 0;
    for row in &before {
        refused += usize::from(!reseals::replace(&town.app.db, Place::People, row, &row.sealed).await.unwrap());
    }
    assert_eq!(refused, 1);
    assert_eq!(name_of(&town.app, "khai").await, "Nguyễn Thị Khai");
    town.leave().await;
}

/// "the old key retired only when no row names it any more": one who was stopped for an hour writes under the former key.
#[tokio::test]
async fn a_key_that_a_row_names_is_not_wiped() {
    let town = Town::new().await;
    let late = rows(&town.app, Place::People).await.pop().unwrap();
    let blob = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let literal = |bytes: &[u8]| {
        if is_postgres(&town.app.db) { format!("'\\x{}'", blob(bytes)) } else { format!("x'{}'", blob(bytes)) }
    };
    let id = if is_postgres(&town.app.db) { format!("'{}'", late.id) } else { literal(late.id.as_bytes()) };
    let write = async |bytes: &[u8]| {
        execute(&town.app.db, &format!("UPDATE people SET data = {} WHERE id = {id}", literal(bytes))).await;
    };
    succeeded(&town).await;
    seal_all_anew(&town.app).await;
    write(&late.sealed).await;
    for _ in 0..2 {
        assert_eq!(held(&town.app).await.len(), 2);
        town.clock.pass(SETTLED);
        seal_all_anew(&town.app).await;
    }
    assert_eq!((held(&town.app).await, named(&town.app).await), (vec![(1, Stage::Current)], vec![("people", vec![1])]));
    // What does not open at all keeps its key for as long as it is there.
    assert_eq!(succeeded(&town).await, 2);
    let mut broken = rows(&town.app, Place::People).await.into_iter().find(|row| row.id == late.id).unwrap().sealed;
    *broken.last_mut().unwrap() ^= 1;
    write(&broken).await;
    for _ in 0..3 {
        seal_all_anew(&town.app).await;
        town.clock.pass(SETTLED);
    }
    assert_eq!(held(&town.app).await, [(1, Stage::Former), (2, Stage::Current)]);
    town.leave().await;
}

/// A back-up that was made in the middle goes on where it was, elsewhere.
#[tokio::test]
async fn what_was_backed_up_in_the_middle_goes_on_elsewhere() {
    if crate::town::database::is_citus().await {
        return; // a back-up of many machines is another one (README)
    }
    let town = Town::new().await;
    town.apply(&many()).await;
    succeeded(&town).await;
    data_keys::go_on(&town.app, town.app.clock.now()).await.unwrap();
    assert_eq!(named(&town.app).await, [("people", vec![0, 1])]);
    let directory = tempfile::tempdir().unwrap();
    let (now, name) = (town.app.clock.now(), format!("restored_{}", std::process::id()));
    let mut config = town.config.clone();
    let database = std::env::var("MOTCUA_TEST_DATABASE").ok();
    match &database {
        None => {
            let file = directory.path().join("restored.db").display().to_string();
            execute(&town.app.db, &format!("VACUUM INTO '{file}'")).await;
            config.database.url = SecretUrl(format!("sqlite:{file}"));
        }
        Some(here) => {
            town.app.db.close().await;
            let own = config.database.url.0.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
            server::on_all(here, vec![format!("CREATE DATABASE {name} TEMPLATE {own}")]).await;
            config.database.url = SecretUrl(server::with_name(here, &name));
        }
    }
    let entropy = Arc::new(SeededEntropy::new(77_000));
    let world = World { clock: Arc::new(ManualClock::at(now)), entropy, ..World::default() };
    let restored = build(config, world, OnEmpty::Refuse).await.unwrap();
    seal_all_anew(&restored).await;
    assert_eq!(named(&restored).await, [("people", vec![1])]);
    assert_eq!(name_of(&restored, "p249").await, "P 249");
    restored.db.close().await;
    town.close().await;
    if let Some(here) = &database {
        server::remove(here, &name).await;
    }
}

/// A pipe that stops in the middle, and says so.
struct Slow {
    parts: Vec<&'static str>,
    stopped: mpsc::Sender<()>,
    on: mpsc::Receiver<()>,
}

impl Read for Slow {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let Some(part) = self.parts.pop() else { return Ok(0) };
        if self.parts.is_empty() {
            self.stopped.send(()).unwrap();
            self.on.recv().unwrap();
        }
        into[..part.len()].copy_from_slice(part.as_bytes());
        Ok(part.len())
    }
}

/// An import whose pipe stood still for hours holds what was sealed under a key that is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waited_in_a_pipe_is_sealed_under_the_present_key() {
    let town = Town::new().await;
    let ((stopped, has_stopped), (go_on, on)) = (mpsc::channel(), mpsc::channel());
    let parts = vec!["p2,P 2\n", "user_name,claims.name\np1,P 1\n"];
    let importing = tokio::spawn({
        let app = Arc::clone(&town.app);
        async move { people_import::import(&app, Box::new(Slow { parts, stopped, on }), |_| Ok(())).await.unwrap() }
    });
    tokio::task::spawn_blocking(move || has_stopped.recv().unwrap()).await.unwrap();
    succeeded(&town).await;
    seal_all_anew(&town.app).await;
    town.clock.pass(SETTLED);
    seal_all_anew(&town.app).await;
    assert_eq!(held(&town.app).await, [(1, Stage::Current)]);
    go_on.send(()).unwrap();
    importing.await.unwrap();
    for name in ["p1", "p2"] {
        assert!(name_of(&town.app, name).await.starts_with("P "));
    }
    town.leave().await;
}

/// "`motcua keys list` shows how far it is."
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_makes_a_successor_and_tells_how_far_it_is() {
    let site = Site::of_the_town().await;
    site.settle();
    let listed = shell(site.directory.path(), &readme::block("sh", "rotate --data"), &[]).succeeded();
    assert!(listed.starts_with("data key 1: seals within 1h\n"), "{listed}");
    let again = site.configured(&["keys", "rotate", "--data"]).succeeded();
    assert_eq!(again, "data key 1: seals within 1h\n", "one waits already");
    let listed = site.configured(&["keys", "list"]).succeeded();
    let line = |name: &str| {
        listed.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{listed}")).to_owned()
    };
    assert!(line("data key 0").contains("current") && line("data key 1").contains("next"), "{listed}");
    let refused = site.configured(&["keys", "rotate", "--data", "--now"]).failed();
    assert!(refused.contains("--data"), "{refused}");
    site.leave().await;
}

/// Data keys seal in one place alone: what is sealed elsewhere would not be gone over.
#[test]
fn nothing_else_seals_under_data_keys() {
    const MAY: [&str; 2] = ["parts/columns.rs", "parts/data_keys.rs"];
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut left, mut found) = (vec![root.clone()], Vec::new());
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if std::fs::read_to_string(&path)
            .is_ok_and(|text| text.contains("data_keys.personal") || text.contains(".personal\n"))
        {
            found.push(path.strip_prefix(&root).unwrap().display().to_string());
        }
    }
    found.sort();
    assert_eq!(found, MAY);
}
