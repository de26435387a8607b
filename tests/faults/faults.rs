//! What goes wrong: one fault after the other, in an order that follows from the seed.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::caller::CALLBACK;
use super::load::Graves;
use super::operator;
use super::random::Random;
use super::user::SECRET;
use super::user::VERIFIER;
use super::user::basic;
use super::world::World;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Stop,
    Kill,
    SilentSockets,
    HangUps,
    /// What they left half-done is lost with the process.
    HangUpsAndKill,
    SlowApply,
    NewSecret,
    RevokeKey,
    DatabaseStall,
    DatabaseStallOfOne,
    DatabaseCut,
    DatabaseHalfClosed,
    DatabaseSlow,
    RedisGone,
    RedisSilent,
}

const ANYWHERE: [Fault; 7] = [
    Fault::HangUpsAndKill,
    Fault::Stop,
    Fault::SlowApply,
    Fault::NewSecret,
    Fault::SilentSockets,
    Fault::Kill,
    Fault::RevokeKey,
];
const BEHIND_PROXIES: [Fault; 7] = [
    Fault::DatabaseStall,
    Fault::DatabaseStallOfOne,
    Fault::DatabaseCut,
    Fault::DatabaseHalfClosed,
    Fault::DatabaseSlow,
    Fault::RedisGone,
    Fault::RedisSilent,
];

/// Breaks and heals until the time is up. Every fault has its turn before one has its second.
pub async fn run(world: &Arc<World>, graves: &Graves, seed: u64, until: Duration) {
    let mut random = Random::new(seed, 1);
    let mut turn: Vec<Fault> = Vec::new();
    let mut beside = Vec::new();
    sleep(Duration::from_secs(2)).await;
    while world.history().now() < until {
        if turn.is_empty() {
            turn.extend(ANYWHERE);
            turn.extend(BEHIND_PROXIES.iter().filter(|_| world.redis.is_some()));
            for n in (1..turn.len()).rev() {
                turn.swap(n, random.below(n + 1));
            }
        }
        let Some(fault) = turn.pop() else { continue };
        let left = until.saturating_sub(world.history().now());
        // What takes long goes on beside other faults.
        match fault {
            Fault::SlowApply if left > Duration::from_secs(22) => {
                let (world, graves) = (Arc::clone(world), Arc::clone(graves));
                beside.push(tokio::spawn(async move { operator::slow_apply(&world, &graves).await }));
            }
            Fault::SlowApply => {}
            Fault::NewSecret => operator::new_secret(world, graves).await,
            Fault::RevokeKey => operator::revoke_key(world).await,
            other => one(world, graves, other, &mut random).await,
        }
        sleep(Duration::from_millis(random.between(500, 2_000))).await;
        if random.percent(40) {
            one(world, graves, Fault::HangUps, &mut random).await;
        }
    }
    for task in beside {
        task.await.unwrap();
    }
}

async fn one(world: &Arc<World>, graves: &Graves, fault: Fault, random: &mut Random) {
    // Hang-ups break the replica that is killed next, or the only one.
    let which = match fault {
        Fault::HangUps | Fault::HangUpsAndKill | Fault::Kill => world.frail,
        _ => random.below(world.replicas.len()),
    };
    let history = world.history();
    let name = |how: String| format!("{fault:?} {how}");
    match fault {
        Fault::Stop => {
            let seconds = [3, 8, 17][random.below(3)];
            let outage = history.fault(name(format!("of replica {which} for {seconds} s")), Some(which));
            world.replicas[which].lock().await.stop();
            let slept = tokio::time::Instant::now();
            // It may not believe afterwards what it knew before.
            operator::new_secret(world, graves).await;
            tokio::time::sleep_until(slept + Duration::from_secs(seconds)).await;
            world.replicas[which].lock().await.go_on();
            history.healed(outage);
        }
        Fault::HangUpsAndKill => {
            Box::pin(one(world, graves, Fault::HangUps, random)).await;
            sleep(Duration::from_millis(random.between(0, 1_000))).await;
            Box::pin(one(world, graves, Fault::Kill, random)).await;
        }
        Fault::Kill => {
            let mut replica = world.replicas[which].lock().await;
            let outage = history.fault(name(format!("of replica {which}")), Some(which));
            replica.kill();
            replica.start().await;
            history.healed(outage);
        }
        Fault::SilentSockets => {
            let outage = history.fault(name("of two kinds".into()), None);
            let sockets = silent_sockets(world.caller.ports[which]).await;
            sleep(Duration::from_secs(3)).await;
            history.healed(outage);
            drop(sockets);
        }
        Fault::HangUps => {
            let outage = history.fault(name(format!("at replica {which}")), None);
            // A database that takes a moment gives callers time to leave in the midst of it.
            let slow = |delay| world.databases.iter().for_each(|proxy| proxy.delay(Duration::from_millis(delay)));
            slow(random.between(0, 6));
            hang_ups(world, which, random).await;
            slow(0);
            history.healed(outage);
        }
        other => behind(world, other, which, random).await,
    }
}

/// Faults of what stands behind the replicas.
async fn behind(world: &Arc<World>, fault: Fault, which: usize, random: &mut Random) {
    let (history, databases) = (world.history(), &world.databases);
    let outage = history.fault(format!("{fault:?} (of replica {which})"), None);
    match fault {
        Fault::DatabaseStall => {
            databases.iter().for_each(|proxy| proxy.stall(true));
            sleep(Duration::from_secs(12)).await;
            databases.iter().for_each(|proxy| proxy.stall(false));
        }
        Fault::DatabaseStallOfOne => {
            databases[which].stall(true);
            sleep(Duration::from_secs([4, 17][random.below(2)])).await;
            databases[which].stall(false);
        }
        Fault::DatabaseCut => databases[which].cut(),
        Fault::DatabaseHalfClosed => databases[which].half_close(),
        Fault::DatabaseSlow => {
            databases[which].delay(Duration::from_millis(random.between(20, 150)));
            sleep(Duration::from_secs(4)).await;
            databases[which].delay(Duration::ZERO);
        }
        Fault::RedisGone => {
            let Some((redis, _)) = &world.redis else { return };
            redis.lock().await.kill();
            sleep(Duration::from_secs(3)).await;
            redis.lock().await.again().await;
        }
        Fault::RedisSilent => {
            let Some((_, proxy)) = &world.redis else { return };
            proxy.stall(true);
            sleep(Duration::from_secs(6)).await;
            proxy.stall(false);
        }
        _ => {}
    }
    history.healed(outage);
}

/// Connections that say nothing, or no more than HTTP/2's first bytes.
async fn silent_sockets(port: u16) -> Vec<TcpStream> {
    let mut sockets = Vec::new();
    for n in 0..100 {
        let Ok(mut socket) = from_elsewhere(port).await else { continue };
        if n % 2 == 0 {
            let _ = socket.write_all(b"PRI * HTTP/2.0\r\n").await;
        }
        sockets.push(socket);
    }
    sockets
}

/// A connection from another address of this machine: it takes none of the places of those who are honest.
async fn from_elsewhere(port: u16) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.2:0".parse().unwrap())?;
    socket.connect(([127, 0, 0, 1], port).into()).await
}

/// Bursts of forty token requests, each closed within 20 ms: codes that were redeemed before, which end what they bought.
async fn hang_ups(world: &World, which: usize, random: &mut Random) {
    for _ in 0..3 {
        let mut all = Vec::new();
        for (code, wait) in sacrificed(world, random) {
            let callback = CALLBACK.replace('/', "%2F");
            let body =
                format!("grant_type=authorization_code&code={code}&redirect_uri={callback}&code_verifier={VERIFIER}");
            let request = format!(
                "POST /token HTTP/1.1\r\nhost: localhost\r\nauthorization: {}\r\n\
                 content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
                basic("portal", SECRET),
                body.len()
            );
            let port = world.caller.ports[which];
            all.push(tokio::spawn(async move {
                let Ok(mut socket) = from_elsewhere(port).await else { return };
                let _ = socket.write_all(request.as_bytes()).await;
                sleep(wait).await;
            }));
        }
        for task in all {
            let _ = task.await;
        }
    }
}

/// Ten codes of late, each four times, and when their callers hang up.
fn sacrificed(world: &World, random: &mut Random) -> Vec<(String, Duration)> {
    let spent: Vec<_> = world.history().kept().spent.iter().rev().take(10).cloned().collect();
    spent.iter().for_each(|(_, grant)| {
        world.history().dying(grant, "a replay that hung up");
    });
    let codes = spent.iter().cycle().take(if spent.is_empty() { 0 } else { 40 });
    codes.map(|(code, _)| (code.clone(), Duration::from_micros(random.between(0, 20_000)))).collect()
}
