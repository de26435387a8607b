//! Notices that do not arrive at once: how often they are tried, and until when (Back-Channel Logout §2.8).

use std::collections::BTreeSet;
use std::time::Duration;
use std::time::Instant;

use http::StatusCode;
use motcua::outbound::Lane;
use motcua::outbound::Unreachable;

use super::super::audit;
use super::super::seconds;
use super::super::sign_out::sign_out;
use super::DESK;
use super::HOUR;
use super::MILL;
use super::at_desk;
use super::told;
use super::town_with_services;
use crate::town::Town;
use crate::town::claims_of;

/// §2.8: a service that cannot be reached is tried again, with pauses that grow, by a token of that moment.
#[tokio::test]
async fn a_service_that_is_away_is_told_when_it_is_back() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Status(503));
    sign_out(&mut browser).await;
    let waits: [u64; 4] = [10, 30, 90, 270];
    for (tries, wait) in waits.into_iter().enumerate() {
        assert_eq!(told(&town, DESK).len(), tries + 1);
        town.clock.pass(seconds(wait - 1));
        town.deliver().await;
        assert_eq!(told(&town, DESK).len(), tries + 1, "not before {wait} s");
        town.clock.pass(seconds(1));
        if wait == 270 {
            town.outside.put(DESK, "");
        }
        town.deliver().await;
    }
    town.clock.pass(24 * HOUR);
    town.deliver().await;
    let tokens = told(&town, DESK);
    let of_each = |name: &str| tokens.iter().map(|token| claims_of(token)[name].to_string()).collect::<BTreeSet<_>>();
    assert_eq!((tokens.len(), of_each("jti").len(), of_each("iat").len()), (5, 5, 5));
    assert!(town.outbox().await.is_empty());
    town.leave().await;
}

async fn a_day_of_tries(town: &Town) {
    for _ in 0..50 {
        town.clock.pass(HOUR / 2);
        town.deliver().await;
    }
}

/// A day of tries, then the notice is given up, for operators to see: a row, an audit event, a count.
#[tokio::test]
async fn after_a_day_the_notice_is_given_up_for_all_to_see() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Failed("connection refused".to_owned()));
    sign_out(&mut browser).await;
    let before = audit::recorded(&town).await;
    a_day_of_tries(&town).await;
    let [notice] = town.outbox().await.try_into().ok().unwrap();
    let given_up = notice.given_up_at().unwrap().since(notice.created_at());
    assert!(given_up > 19 * HOUR && given_up <= 24 * HOUR, "{given_up:?}");
    assert!(notice.tries >= 10, "{}", notice.tries);
    assert!(notice.last_error.unwrap().contains("connection refused"));
    assert_eq!(told(&town, DESK).len(), usize::try_from(notice.tries).unwrap());
    assert_eq!(audit::since(&town, before).await, [audit::event("logout_notice_given_up", Some("desk"))]);
    let metrics = town.app.metrics.exposition();
    assert!(metrics.contains("motcua_logout_notices_total{outcome=\"given_up\"} 1"), "{metrics}");
    town.leave().await;
}

/// An operator has a notice tried once more, and it reaches the service that is back.
#[tokio::test]
async fn an_operator_has_a_given_up_notice_tried_again() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Status(500));
    sign_out(&mut browser).await;
    a_day_of_tries(&town).await;
    let [notice] = town.outbox().await.try_into().ok().unwrap();
    let before = told(&town, DESK).len();
    town.outside.put(DESK, "");
    town.clock.pass(48 * HOUR);
    town.deliver().await;
    assert!(notice.given_up_at().is_some() && told(&town, DESK).len() == before);
    let now = town.app.clock.now();
    assert!(motcua::flows::admin::outbox::retry(&town.app, notice.id, now).await.unwrap());
    town.deliver().await;
    assert_eq!((told(&town, DESK).len(), town.outbox().await.len()), (before + 1, 0));
    assert!(!motcua::flows::admin::outbox::retry(&town.app, notice.id, now).await.unwrap(), "nothing waits any more");
    town.leave().await;
}

/// §2.8: "If the logout request was invalid or the logout failed, the RP MUST respond with an HTTP 400 Bad Request": what
/// failed may succeed later.
#[tokio::test]
async fn a_service_that_answers_400_is_tried_again() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Status(400));
    let done = sign_out(&mut browser).await;
    assert_eq!(done.status, StatusCode::OK, "the person is signed out all the same");
    let [notice] = town.outbox().await.try_into().ok().unwrap();
    assert!(notice.given_up_at().is_none() && notice.last_error.is_some_and(|why| why.contains("400")));
    town.outside.put(DESK, "");
    town.clock.pass(seconds(10));
    town.deliver().await;
    assert_eq!((told(&town, DESK).len(), town.outbox().await.len()), (2, 0));
    town.leave().await;
}

/// §2.8: what was never sent is no try: the pauses do not grow, and it is given up after a day as others are.
#[tokio::test]
async fn a_notice_whose_turn_does_not_come_spends_no_try() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Busy);
    sign_out(&mut browser).await;
    for _ in 0..5 {
        let [notice] = town.outbox().await.try_into().ok().unwrap();
        assert_eq!((notice.tries, notice.next_try_at()), (0, town.app.clock.now() + seconds(10)));
        town.clock.pass(seconds(10));
        town.deliver().await;
    }
    assert_eq!(told(&town, DESK).len(), 6);
    town.clock.pass(24 * HOUR);
    town.deliver().await;
    let [notice] = town.outbox().await.try_into().ok().unwrap();
    assert_eq!((notice.tries, notice.given_up_at()), (1, Some(town.app.clock.now())));
    town.leave().await;
}

/// §2.4: `exp` lies "preferably at most two minutes in the future": a token is made when it is sent, not when the job woke.
#[tokio::test]
async fn a_token_is_of_the_moment_of_its_try_however_long_the_others_take() {
    let town = town_with_services().await;
    town.outside.fail(DESK, Unreachable::Status(503));
    for _ in 0..33 {
        let (mut browser, _) = at_desk(&town).await;
        sign_out(&mut browser).await;
    }
    town.clock.pass(seconds(10));
    town.outside.put(DESK, "");
    town.outside.slow_down(&town.clock, seconds(200));
    let woken = town.app.clock.now();
    town.deliver().await;
    let last = claims_of(told(&town, DESK).last().unwrap());
    // One more than are under way at once: it was sent after another was answered.
    assert!(last["iat"].as_i64().unwrap() >= woken.seconds() + 200, "{last:?}");
    assert!(town.outbox().await.is_empty());
    town.leave().await;
}

/// A dead letter is kept for a month.
#[tokio::test]
async fn a_dead_letter_is_dropped_after_a_month() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Status(500));
    sign_out(&mut browser).await;
    a_day_of_tries(&town).await;
    for (days, left) in [(29, 1), (2, 0)] {
        town.clock.pass(24 * HOUR * days);
        motcua::jobs::clean::run(town.app.clone()).await.unwrap();
        assert_eq!(town.outbox().await.len(), left);
    }
    town.leave().await;
}

/// design, rule 13: the page waits for services "2 s at most"; what takes longer is not begun a second time meanwhile.
#[tokio::test]
async fn a_service_that_never_answers_holds_nobody_up() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.rp("mill").tokens(&mut browser, &[]).await;
    town.outside.hold(DESK);
    let begun = Instant::now();
    let done = sign_out(&mut browser).await;
    let waited = begun.elapsed();
    assert_eq!(done.status, StatusCode::OK);
    assert!(waited >= Duration::from_millis(1900) && waited < Duration::from_secs(10), "{waited:?}");
    assert_eq!(told(&town, MILL).len(), 1, "the other one was told");
    town.deliver().await;
    assert_eq!(told(&town, DESK).len(), 1);
    town.leave().await;
}

/// A process that dies in the middle of a try is followed by another, when the next one is due.
#[tokio::test]
async fn another_replica_takes_up_what_was_left_in_the_middle() {
    let town = town_with_services().await;
    let replica = town.replica().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Busy);
    sign_out(&mut browser).await;
    town.outside.put(DESK, "");
    replica.deliver().await;
    assert_eq!(told(&town, DESK).len(), 1, "not due yet");
    town.clock.pass(seconds(10));
    replica.deliver().await;
    assert_eq!((told(&town, DESK).len(), town.outbox().await.len()), (2, 0));
    replica.app.db.close().await;
    town.leave().await;
}

/// "Lanes for notices that no stranger can fill": those of the operator's services have their own, at each try.
#[tokio::test]
async fn a_notice_goes_out_in_a_lane_of_notices() {
    let town = town_with_services().await;
    let (mut browser, _) = at_desk(&town).await;
    town.outside.fail(DESK, Unreachable::Status(503));
    sign_out(&mut browser).await;
    town.outside.put(DESK, "");
    town.clock.pass(seconds(10));
    town.deliver().await;
    assert_eq!(town.outside.asked(DESK).iter().map(|asked| asked.lane).collect::<Vec<_>>(), [Lane::Notices; 2]);
    town.leave().await;
}
