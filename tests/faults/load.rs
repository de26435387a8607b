//! The mixed load: what people and their services do all day, with some who hang up.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use super::caller::Caller;
use super::caller::Question;
use super::history::Answer;
use super::history::Received;
use super::history::Thing;
use super::random::Random;
use super::user::SECRET;
use super::user::User;
use super::user::basic;
use super::user::received;
use super::user::redeem;

/// A use of something that is dead: it must be refused everywhere.
#[derive(Clone)]
pub enum Probe {
    AccessToken(Received),
    RefreshToken(Received),
    /// A session's cookies.
    Cookies(Thing, String),
    /// The client and its withdrawn secret.
    Secret(Thing, String),
}

/// What died of late.
pub type Graves = Arc<Mutex<Vec<Probe>>>;

/// One person's day.
pub async fn live(mut user: User, graves: Graves, until: Duration) {
    while user.caller.history.now() < until {
        if user.session.is_none() {
            sign_in(&mut user).await;
        } else {
            match user.random.below(100) {
                0..25 => receive(&mut user).await,
                25..55 => exchange(&mut user).await,
                55..82 => look(&mut user).await,
                82..86 => revoke(&mut user, &graves).await,
                86..90 => leave(&mut user, &graves).await,
                90..95 => replay(&mut user, &graves).await,
                _ => redeem_twice_at_once(&mut user, &graves).await,
            }
        }
        let pause = user.random.between(20, 250);
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
}

fn sometimes_hang_up(user: &mut User) -> Option<Duration> {
    user.random.percent(12).then(|| Duration::from_micros(user.random.between(0, 20_000)))
}

async fn sign_in(user: &mut User) {
    let hang_up = sometimes_hang_up(user);
    let Some(code) = user.code(false, hang_up).await else { return };
    let (grant, replica) = (user.grant(), user.any_replica());
    user.redeem(&code, &grant, replica, None).await;
}

async fn receive(user: &mut User) {
    let offline = user.random.percent(50);
    let Some(code) = user.code(offline, None).await else { return };
    let (grant, replica, hang_up) = (user.grant(), user.any_replica(), sometimes_hang_up(user));
    user.redeem(&code, &grant, replica, hang_up).await;
}

/// A refresh, asked again with the same token until there is an answer; a token that has a successor is never used again.
async fn exchange(user: &mut User) {
    let Some(n) = (0..user.held.len()).rev().find(|n| user.held[*n].refresh_token.is_some()) else { return };
    let mut held = user.held.swap_remove(n);
    let token = held.refresh_token.clone().unwrap();
    for _ in 0..60 {
        let (replica, hang_up) = (user.any_replica(), sometimes_hang_up(user));
        let caller = user.caller.clone();
        let needs = [held.thing.clone()];
        let question = Question { replica, act: "refresh", subject: &held.thing, needs: &needs, hang_up };
        let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        let request = caller.http.post(caller.url(replica, "/token")).header("authorization", basic("portal", SECRET));
        match caller.ask(question, request.form(&form)).await {
            (Answer::Accepted, Some(reply)) => {
                if let Some(new) = received(&held.thing, &held.session, &reply.json()) {
                    caller.history.kept().received.insert(held.thing.clone(), new.clone());
                    held = new;
                }
                let n = user.random.below(user.held.len() + 1);
                return user.held.insert(n, held);
            }
            (Answer::Refused(_), _) => return,
            _ => tokio::time::sleep(Duration::from_millis(user.random.between(50, 500))).await,
        }
    }
    user.held.push(held);
}

/// What an access token needs.
pub fn needs(received: &Received) -> Vec<Thing> {
    let mut needs = vec![received.thing.clone(), format!("key:{}", received.kid)];
    if received.refresh_token.is_none() {
        needs.push(received.session.clone());
    }
    needs
}

async fn look(user: &mut User) {
    if user.held.is_empty() {
        return;
    }
    let n = user.random.below(user.held.len());
    let (replica, held) = (user.any_replica(), user.held[n].clone());
    let answer = match user.random.percent(50) {
        true => userinfo(&user.caller, replica, &held).await,
        false => introspect(&user.caller, replica, &held, &held.access_token, &needs(&held)).await,
    };
    if matches!(answer, Answer::Refused(_)) && held.refresh_token.is_none() {
        user.held.swap_remove(n);
    }
}

pub async fn userinfo(caller: &Caller, replica: usize, held: &Received) -> Answer {
    let needs = needs(held);
    let question = Question { replica, act: "userinfo", subject: &held.thing, needs: &needs, hang_up: None };
    let request = caller.http.get(caller.url(replica, "/userinfo")).bearer_auth(&held.access_token);
    caller.ask(question, request).await.0
}

pub async fn introspect(caller: &Caller, replica: usize, held: &Received, token: &str, needs: &[Thing]) -> Answer {
    let question = Question { replica, act: "introspect", subject: &held.thing, needs, hang_up: None };
    let request = caller.http.post(caller.url(replica, "/introspect")).header("authorization", basic("portal", SECRET));
    caller.ask(question, request.form(&[("token", token)])).await.0
}

async fn revoke(user: &mut User, graves: &Graves) {
    if user.held.is_empty() {
        return;
    }
    let n = user.random.below(user.held.len());
    let (replica, held, hang_up) = (user.any_replica(), user.held.swap_remove(n), sometimes_hang_up(user));
    let token = held.refresh_token.clone().unwrap_or_else(|| held.access_token.clone());
    let caller = &user.caller;
    let death = caller.history.dying(&held.thing, "revocation");
    let question = Question { replica, act: "revoke", subject: &held.thing, needs: &[], hang_up };
    let request = caller.http.post(caller.url(replica, "/revoke")).header("authorization", basic("portal", SECRET));
    if caller.ask(question, request.form(&[("token", token)])).await.0 == Answer::Accepted {
        caller.history.died(death);
        bury(graves, held);
    }
}

fn bury(graves: &Graves, held: Received) {
    let mut graves = graves.lock().unwrap();
    if held.refresh_token.is_some() {
        graves.push(Probe::RefreshToken(held.clone()));
    }
    graves.push(Probe::AccessToken(held));
}

async fn leave(user: &mut User, graves: &Graves) {
    let (session, cookies) = (user.session.clone(), user.cookie_line());
    let mut tokens = user.held.clone();
    tokens.retain(|held| held.refresh_token.is_none() && Some(&held.session) == session.as_ref());
    user.sign_out().await;
    let Some(session) = session else { return };
    let mut graves = graves.lock().unwrap();
    graves.push(Probe::Cookies(session, cookies));
    graves.extend(tokens.into_iter().take(2).map(Probe::AccessToken));
}

/// Somebody presents a code that was redeemed: what it bought dies.
async fn replay(user: &mut User, graves: &Graves) {
    let now = user.caller.history.now();
    user.spent.retain(|(_, _, at)| *at + Duration::from_secs(50) > now);
    if user.spent.is_empty() {
        return;
    }
    let n = user.random.below(user.spent.len());
    let (code, grant, _) = user.spent.swap_remove(n);
    let replica = user.any_replica();
    let held = user.held.iter().position(|held| held.thing == grant).map(|n| user.held.swap_remove(n));
    let death = user.caller.history.dying(&grant, "replay");
    let (answer, _) = redeem(&user.caller, &code, &grant, replica, None).await;
    if matches!(answer, Answer::Refused(_)) {
        user.caller.history.died(death);
        if let Some(held) = held {
            bury(graves, held);
        }
    }
}

async fn redeem_twice_at_once(user: &mut User, graves: &Graves) {
    let Some(code) = user.code(true, None).await else { return };
    let (grant, one, other) = (user.grant(), user.any_replica(), user.any_replica());
    let death = user.caller.history.dying(&grant, "two redemptions at once");
    let (first, second) =
        (redeem(&user.caller, &code, &grant, one, None), redeem(&user.caller, &code, &grant, other, None));
    let ((first, won), (second, also)) = tokio::join!(first, second);
    if matches!((&first, &second), (Answer::Refused(_), Answer::Accepted) | (Answer::Accepted, Answer::Refused(_))) {
        user.caller.history.died(death);
        let reply = if first == Answer::Accepted { won } else { also };
        let session = user.session.clone().unwrap_or_default();
        let held = reply.and_then(|reply| received(&grant, &session, &reply.json()));
        held.into_iter().for_each(|held| bury(graves, held));
    }
}

/// Tries what is dead, again and again, at every replica.
pub async fn haunt(caller: Caller, graves: Graves, seed: u64, until: Duration) {
    let mut random = Random::new(seed, 7);
    while caller.history.now() < until {
        tokio::time::sleep(Duration::from_millis(random.between(20, 80))).await;
        let probe = {
            let graves = graves.lock().unwrap();
            // Mostly what died just now.
            let recent = random.percent(70);
            let back = random.below(if recent { 12 } else { 300 });
            graves.len().checked_sub(back + 1).map(|n| graves[n].clone())
        };
        let Some(probe) = probe else { continue };
        for replica in 0..caller.ports.len() {
            let (caller, probe) = (caller.clone(), probe.clone());
            tokio::spawn(async move { try_once(&caller, replica, &probe).await });
        }
    }
}

pub async fn try_once(caller: &Caller, replica: usize, probe: &Probe) -> Answer {
    match probe {
        Probe::AccessToken(held) => userinfo(caller, replica, held).await,
        Probe::RefreshToken(held) => {
            let needs = [held.thing.clone()];
            introspect(caller, replica, held, held.refresh_token.as_deref().unwrap_or_default(), &needs).await
        }
        Probe::Cookies(session, cookies) => {
            let needs = [session.clone()];
            let question = Question { replica, act: "sso", subject: session, needs: &needs, hang_up: None };
            let url = caller.url(replica, &super::user::authorization(false));
            caller.ask(question, caller.http.get(url).header("cookie", cookies)).await.0
        }
        Probe::Secret(thing, secret) => {
            let needs = [thing.clone()];
            let question =
                Question { replica, act: "client credentials", subject: thing, needs: &needs, hang_up: None };
            let request =
                caller.http.post(caller.url(replica, "/token")).header("authorization", basic("rota", secret));
            caller.ask(question, request.form(&[("grant_type", "client_credentials")])).await.0
        }
    }
}
