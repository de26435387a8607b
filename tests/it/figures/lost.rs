//! "flushed each minute, rebuilt from grants after a crash".

use std::time::Duration;

use motcua::parts::figures;

use super::at_once;
use super::person;
use super::redeem;
use super::run;
use super::today;
use crate::store::texts;
use crate::town::Town;

const MINUTE: Duration = Duration::from_secs(60);

/// What a process had not written when it died is counted once, whoever looks, and however often.
#[tokio::test]
async fn what_a_process_lost_is_counted_again() {
    let town = Town::new().await;
    let (alive, other, dead) = (town.replica().await, town.replica().await, town.replica().await);
    for replica in [&alive, &other, &dead] {
        figures::begin(&replica.app, town.app.clock.now()).await.unwrap();
    }
    let people: Vec<_> = (0..40).map(|_| person(&town.app)).collect();
    for (n, person) in people.iter().enumerate() {
        // Both have begun before the day's last flush; the one dies in the middle.
        redeem(&dead.app, ["portal", "clinic"][n % 2], *person).await;
        redeem(&alive.app, "portal", *person).await;
        if n == 19 {
            town.clock.pass(MINUTE * 2);
            run(&dead.app).await;
            run(&alive.app).await;
        }
    }
    drop(dead); // it writes nothing any more
    for _ in 0..20 {
        town.clock.pass(MINUTE);
        at_once([&alive.app, &other.app]).await;
        redeem(&other.app, "portal", people[0]).await;
    }
    town.clock.pass(MINUTE * 2);
    run(&other.app).await;
    assert_eq!(today(&town.app).await, (100, 40));
    let left = texts(&town.app.db, "SELECT CAST(number AS TEXT) FROM figure_collectors".into()).await;
    assert_eq!(left.len(), 2, "who is dead is forgotten");
    town.leave().await;
}

/// A process that could not write for a while was taken for dead: what others counted for it, it counts no more.
#[tokio::test]
async fn who_was_taken_for_dead_counts_nothing_twice() {
    let town = Town::new().await;
    let (one, silent) = (town.replica().await, town.replica().await);
    for replica in [&one, &silent] {
        figures::begin(&replica.app, town.app.clock.now()).await.unwrap();
    }
    for _ in 0..10 {
        redeem(&silent.app, "portal", person(&town.app)).await;
    }
    town.clock.pass(MINUTE * 4);
    run(&one.app).await;
    assert_eq!(today(&town.app).await, (10, 10), "others counted it");
    for _ in 0..5 {
        redeem(&silent.app, "portal", person(&town.app)).await;
    }
    town.clock.pass(MINUTE * 2);
    run(&silent.app).await;
    assert_eq!(today(&town.app).await, (15, 15), "it is alive after all");
    for _ in 0..3 {
        redeem(&silent.app, "portal", person(&town.app)).await;
    }
    town.clock.pass(MINUTE * 16);
    run(&one.app).await;
    assert_eq!(today(&town.app).await, (18, 18));
    run(&silent.app).await; // nobody knows it any more: it begins anew
    redeem(&silent.app, "portal", person(&town.app)).await;
    town.clock.pass(MINUTE * 2);
    run(&silent.app).await;
    assert_eq!(today(&town.app).await, (19, 19));
    town.leave().await;
}

/// Whose clock is far off takes nobody for dead, and is not taken for dead: who is there is told by the database's clock.
#[tokio::test]
async fn nothing_is_lost_to_a_clock_that_is_off() {
    let town = Town::new().await;
    let (one, off) = (town.replica().await, town.replica().await);
    let begun = town.app.clock.now();
    figures::begin(&one.app, begun).await.unwrap();
    for (ahead, minutes) in [(true, 10), (true, 20), (false, 10)] {
        let at_the_other = |now| if ahead { now + MINUTE * minutes } else { now - MINUTE * minutes };
        let now = town.app.clock.now();
        off.app.ledger.compare_clocks(at_the_other(now), now);
        figures::begin(&off.app, at_the_other(now)).await.unwrap();
        let before = today(&town.app).await.0;
        for _ in 0..6 {
            redeem(&one.app, "portal", person(&town.app)).await;
            town.clock.pass(MINUTE);
            let now = town.app.clock.now();
            figures::count_again(&off.app, at_the_other(now)).await.unwrap();
            figures::write(&off.app, at_the_other(now)).await.unwrap();
            run(&one.app).await;
            let seen = texts(&town.app.db, "SELECT CAST(seen_at AS TEXT) FROM figure_collectors".into()).await;
            assert_eq!(seen, [now, now].map(|now| now.micros().to_string()), "both are there");
        }
        town.clock.pass(MINUTE * 2);
        run(&one.app).await;
        assert_eq!(today(&town.app).await.0 - before, 6, "{minutes} minutes, ahead: {ahead}");
        figures::leave(&off.app, at_the_other(town.app.clock.now())).await.unwrap();
    }
    town.leave().await;
}

/// A flush that fails is tried again, and nothing is lost.
#[tokio::test]
async fn what_could_not_be_written_is_written_the_next_time() {
    let town = Town::new().await;
    figures::begin(&town.app, town.app.clock.now()).await.unwrap();
    redeem(&town.app, "portal", person(&town.app)).await;
    town.clock.pass(MINUTE * 2);
    crate::store::execute(&town.app.db, "ALTER TABLE figures RENAME TO away").await;
    figures::write(&town.app, town.app.clock.now()).await.unwrap_err();
    crate::store::execute(&town.app.db, "ALTER TABLE away RENAME TO figures").await;
    figures::write(&town.app, town.app.clock.now()).await.unwrap();
    assert_eq!(today(&town.app).await, (1, 1));
    town.leave().await;
}
