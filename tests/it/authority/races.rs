//! Two at once: one guarded statement decides. On SQLite one writer makes it easy; PostgreSQL does not.

use std::sync::Arc;

use motcua::flows::admin::people;
use motcua::flows::admin::rights;
use motcua::flows::admin::rights::Given;
use motcua::flows::admin::rights::Mode;
use motcua::flows::admin::rights::pending;
use motcua::flows::admin::rights::pending::Decided;
use motcua::identity::audit::By;
use motcua::identity::authority::Role;
use uuid::Uuid;

use super::by;
use super::given;
use super::named;
use super::officials;
use super::town;
use super::trail;
use super::wanted;
use crate::races::at_once;
use crate::store::texts;
use crate::town::Town;

/// A town with administrators of unit 101, one of whom asked for a right.
async fn asked() -> (Town, Uuid) {
    let town = town().await;
    officials(&town).await;
    for name in ["unit-administrator", "second", "third", "approver"] {
        given(&town, name, Role::UnitAdministrator, "101").await;
    }
    let one = wanted(&town, "registrar", Role::Registrar, "00001").await;
    let (own, now) = (by(&town, "unit-administrator").await, town.app.clock.now());
    let Ok(Given::Pending(ids)) = rights::grant(&town.app, &own, &[one], None, now).await.unwrap() else { panic!() };
    (town, ids[0])
}

const GIVEN: &str = "SELECT CAST(COUNT(*) AS TEXT) FROM rights WHERE approved_by IS NOT NULL";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_approvals_at_once_one_counts() {
    let (town, id) = asked().await;
    let replica = town.replica().await.app;
    let mut deciders = Vec::new();
    for name in ["second", "third", "approver"] {
        deciders.push(by(&town, name).await);
    }
    let decided = at_once(30, |n| {
        let (by, now) = (deciders[n % 3].clone(), town.app.clock.now());
        let app = if n % 2 == 0 { Arc::clone(&town.app) } else { Arc::clone(&replica) };
        async move {
            match n % 5 {
                4 => pending::refuse(&app, &by, id, now).await.unwrap(),
                _ => pending::approve(&app, &by, id, now).await.unwrap(),
            }
        }
    })
    .await;
    let done = decided.iter().filter(|one| matches!(one, Decided::Done(_))).count();
    let refused = decided.iter().filter(|one| matches!(one, Decided::Refused)).count();
    let over = decided.iter().filter(|one| matches!(one, Decided::Over)).count();
    assert_eq!((done + refused, over), (1, 29));
    assert_eq!(texts(&town.app.db, GIVEN.into()).await, [done.to_string()]);
    assert_eq!(trail(&town, &["act_approved", "act_refused"]).await.len(), 1);
    drop(replica);
    town.leave().await;
}

/// A right that is taken away between the asking and the approval: either the approval came first, or nothing is given. Whoever
/// was told that the rights have ended sees nothing come of them afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_that_ends_while_another_approves_gives_nothing_afterwards() {
    for round in 0..8 {
        let leaver = ["unit-administrator", "second"][round % 2];
        let (town, id) = asked().await;
        let (second, person) = (by(&town, "second").await, named(&town, leaver).await);
        let app = Arc::clone(&town.app);
        let outcomes = at_once(2, |n| {
            let (app, second, now) = (Arc::clone(&app), second.clone(), town.app.clock.now());
            async move {
                if n == 0 {
                    let machine = By::machine().because("leaves");
                    if round < 4 {
                        assert!(rights::end(&app, &machine, person, Mode::Do, now).await.unwrap().is_ok());
                    } else {
                        people::disable(&app, leaver, now).await.unwrap();
                    }
                    let given = texts(&app.db, GIVEN.into()).await.remove(0);
                    (None, given)
                } else {
                    (Some(pending::approve(&app, &second, id, now).await.unwrap()), String::new())
                }
            }
        })
        .await;
        let [(_, seen), (decided, _)] = outcomes.try_into().unwrap_or_else(|_| panic!());
        let is_done = matches!(decided, Some(Decided::Done(_)));
        let given = texts(&town.app.db, GIVEN.into()).await.remove(0);
        assert_eq!(given, if is_done { "1" } else { "0" }, "{leaver}");
        assert_eq!(seen, given, "{leaver}: what was given was given before the end");
        town.leave().await;
    }
}
