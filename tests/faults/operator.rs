//! What operators do meanwhile: another secret for a client, a declaration that takes half a minute, a key revoked.

use std::time::Duration;

use super::history::Answer;
use super::load::Graves;
use super::load::Probe;
use super::load::try_once;
use super::user::PASSWORD;
use super::user::SECRET;
use super::world::World;

/// Agencies, clients and people of the run, with the present secret of the client `rota`.
pub fn declaration(people: usize, rota: &str) -> String {
    use std::fmt::Write;
    let name = "{ vi = \"T\", en = \"T\" }";
    let mut text = format!(
        "[[agencies]]\nid = \"a\"\nname = {name}\n\
         [[services]]\nid = \"s\"\nagency = \"a\"\nlegal_basis = \"public-task\"\nname = {name}\npurpose = {name}\n\
         [[clients]]\nclient_id = \"portal\"\nservice = \"s\"\nsecrets = [\"{SECRET}\"]\n\
         redirect_uris = [\"http://127.0.0.1:9/cb\"]\nscope = \"openid profile offline_access\"\n\
         grant_types = [\"authorization_code\", \"refresh_token\"]\n{}",
        rota_with(rota)
    );
    for n in 0..people {
        let _ = write!(
            text,
            "[[people]]\nuser_name = \"user{n}\"\npassword = \"{PASSWORD}\"\n[people.claims]\nname = \"Người {n}\"\n"
        );
    }
    text
}

/// `secret` as it stands in TOML: a string, or where to read it.
fn rota_with(secret: &str) -> String {
    format!(
        "[[clients]]\nclient_id = \"rota\"\nsecrets = [{secret}]\ngrant_types = [\"client_credentials\"]\nscope = \"r\"\n"
    )
}

/// The secret of a generation, in quotes.
pub fn secret(generation: usize) -> String {
    format!("rota-secret-{generation}-of-a-test-that-is-long-enough")
}

/// The client gets another secret; the old one is dead. Not while a slow declaration is on its way.
pub async fn new_secret(world: &World, graves: &Graves) {
    let Ok(mut generation) = world.generation.try_lock() else { return };
    let text = rota_with(&format!("\"{}\"", secret(*generation + 1)));
    withdraw(world, graves, &mut generation, text, "NewSecret", async {}).await;
}

/// The same, from a pipe into which the secret comes after twenty seconds.
pub async fn slow_apply(world: &World, graves: &Graves) {
    let mut generation = world.generation.lock().await;
    let pipe = world.site.path(&format!("secret-{generation}"));
    let made = tokio::process::Command::new("mkfifo").arg(&pipe).status().await.unwrap();
    assert!(made.success());
    let text = rota_with(&format!("{{ file = \"{}\" }}", pipe.display()));
    let new = secret(*generation + 1);
    let feed = async move {
        tokio::time::sleep(Duration::from_secs(20)).await;
        // Opening blocks until somebody reads: never if `apply` failed before.
        let write = tokio::task::spawn_blocking(move || std::fs::write(&pipe, new));
        let _ = tokio::time::timeout(Duration::from_secs(30), write).await;
    };
    withdraw(world, graves, &mut generation, text, "SlowApply", feed).await;
}

async fn withdraw(
    world: &World,
    graves: &Graves,
    generation: &mut usize,
    text: String,
    name: &str,
    meanwhile: impl Future<Output = ()>,
) {
    let history = world.history();
    let (old, new) = (format!("secret:{generation}"), format!("secret:{}", *generation + 1));
    let file = world.site.path(&format!("rota-{generation}.toml"));
    std::fs::write(&file, text).unwrap();
    let outage = history.fault(format!("{name} {new}"), None);
    let death = history.dying(&old, "apply");
    for replica in 0..world.replicas.len() {
        // So that every replica remembers what is to be withdrawn.
        let (caller, old) = (world.caller.clone(), Probe::Secret(old.clone(), secret(*generation)));
        tokio::spawn(async move { try_once(&caller, replica, &old).await });
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let path = file.display().to_string();
    let arguments = ["apply", path.as_str()];
    let (done, ()) = tokio::join!(world.command(&arguments), meanwhile);
    history.healed(outage);
    match done {
        Ok(_) => {
            history.died(death);
            graves.lock().unwrap().push(Probe::Secret(old, secret(*generation)));
            *generation += 1;
        }
        Err(why) => {
            println!("        apply failed, and is asked again: {why}");
            // Whatever it did: from here on nothing is known of either secret until one of the next is applied.
            history.dying(&new, "apply that failed");
            *generation += 1;
        }
    }
}

/// The key that signs is revoked: nothing that it signed is accepted any more.
pub async fn revoke_key(world: &World) {
    let history = world.history();
    let outage = history.fault("RevokeKey".into(), None);
    let kids = world.command(&["keys", "list"]).await;
    let current = kids.as_ref().ok().and_then(|text| {
        let line = text.lines().find(|line| line.contains("ES256") && line.contains("current"))?;
        line.split_whitespace().next().map(str::to_owned)
    });
    if let Some(kid) = current {
        let death = history.dying(&format!("key:{kid}"), "keys revoke");
        match world.command(&["keys", "revoke", &kid]).await {
            Ok(_) => history.died(death),
            Err(why) => println!("        keys revoke failed: {why}"),
        }
    } else {
        println!("        keys list: {kids:?}");
    }
    history.healed(outage);
}

/// In the end the present secret must be good.
pub async fn check_present_secret(world: &World) -> Option<Answer> {
    let generation = *world.generation.lock().await;
    let probe = Probe::Secret(format!("secret:{generation}"), secret(generation));
    Some(try_once(&world.caller, 0, &probe).await)
}
