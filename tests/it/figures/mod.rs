//! Issue 13, "Dashboards": how services are used, of which nobody's history is needed.

mod counted;
mod looked;
mod lost;
mod truth;
mod years;

use std::sync::Arc;

use motcua::app::App;
use motcua::base::day::Day;
use motcua::base::id;
use motcua::base::time::Timestamp;
use motcua::identity::assurance::Acr;
use motcua::identity::assurance::Amr;
use motcua::identity::authorization::Authorization;
use motcua::identity::figures::Figure;
use motcua::jobs;
use motcua::parts::figures;
use motcua::parts::figures::Bounds;
use motcua::parts::figures::Sum;
use motcua::parts::hierarchy;
use motcua::protocol::oauth::scope::Scope;
use motcua::protocol::oidc::claims::ClaimsRequest;
use motcua::store::grants::NewGrant;
use uuid::Uuid;

/// The job, once.
async fn run(app: &Arc<App>) {
    jobs::figures::run(Arc::clone(app)).await.unwrap();
}

/// The job, in several processes at once.
async fn at_once<'a>(apps: impl IntoIterator<Item = &'a Arc<App>>) {
    let running: Vec<_> = apps.into_iter().map(|app| tokio::spawn(jobs::figures::run(Arc::clone(app)))).collect();
    for one in running {
        one.await.unwrap().unwrap();
    }
}

/// What a sign-in with a password at a client gave, of an interaction that began then.
fn authorization(app: &App, client: &str, person: Uuid, begun_at: Timestamp) -> Authorization {
    Authorization {
        grant: id::beside(person, begun_at, &*app.entropy),
        person,
        session: Uuid::nil(),
        client: client.to_owned(),
        client_epoch: 0,
        scope: Scope::parse("openid").unwrap(),
        claims: ClaimsRequest::default(),
        resource: None,
        nonce: None,
        auth_time: begun_at,
        acr: Acr::One,
        amr: Amr::password(),
    }
}

/// Redeems a code as the token endpoint does, and counts it in that process.
async fn redeem(app: &App, client: &str, person: Uuid) {
    let now = app.clock.now();
    let authorization = authorization(app, client, person, now);
    let redemption_id = app.figures.attempt(now, &*app.entropy);
    let grant = NewGrant { authorization: authorization.clone(), redemption_id, offline: false, now };
    assert!(app.ledger.redeem(grant).await.unwrap());
    figures::signed_in(app, &authorization, redemption_id);
}

/// What was counted of all services on one day.
async fn of_day(app: &App, day: Day) -> Sum {
    figures::of(app, [day, day], &Bounds::All).await.unwrap()
}

/// The same today: sign-ins, and people.
async fn today(app: &App) -> (u64, u64) {
    let sum = of_day(app, hierarchy::today(app, app.clock.now())).await;
    (sum.counts.get(Figure::SignIns), sum.people())
}

fn person(app: &App) -> Uuid {
    id::new(app.clock.now(), &*app.entropy)
}
