//! A walk through the whole house: every page in every state that people reach, by every link and every form, in both languages.

mod checks;
mod look;
mod paper;
mod stages;
mod texts;
mod walk;

use std::collections::BTreeSet;

use motcua::http::routes::Caller;
use motcua::http::routes::ROUTES;
use motcua::http::routes::Route;

use crate::demo::BOTH;
use crate::demo::Lang;
use crate::town::Hop;

/// Issue 11: "A crawl of every page and state checks headers, cookies, language attributes, labels and contrast".
#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_reached_and_safe_and_fit_for_everybody() {
    let (mut rooms, mut wrong) = (Vec::new(), BTreeSet::new());
    for lang in BOTH {
        let trail = stages::walked(lang).await;
        wrong.extend(trail.iter().flat_map(|hop| checks::wrong(hop, lang)));
        let unreached = unreached(&trail).map(|route| format!("{} {}", route.method, route.path));
        wrong.extend(unreached.map(|route| format!("{lang}: nobody comes to {route}")));
        wrong.extend(texts::unsaid(&trail, lang).iter().map(|text| format!("{lang}: nobody reads {text}")));
        rooms.extend(walk::rooms(&trail).into_iter().map(|hop| (lang, hop)));
    }
    wrong.extend(look::at(rooms).await);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Routes for browsers at which nobody was given what they are for.
fn unreached(trail: &[Hop]) -> impl Iterator<Item = &'static Route> {
    let reached: BTreeSet<(&str, &str)> =
        trail.iter().filter(|hop| is_served(hop)).filter_map(|hop| walk::route(hop)).collect();
    let all = ROUTES.iter().filter(|route| route.caller == Caller::Browser);
    all.filter(move |route| !reached.contains(&(route.method, route.path)))
}

/// Whether the answer is what the route is for: who is sent away to sign in, or is told of a mistake, was not served.
fn is_served(hop: &Hop) -> bool {
    let away = hop.page.location().is_some_and(|to| to.starts_with("/sign-in") && !to.starts_with("/sign-in/code"));
    // What is said again there is of an error.
    (hop.page.status.as_u16() < 400 || hop.page.path() == "/error") && !away
}

/// What stands in a language, and in another.
fn said<'a>(lang: Lang, vi: &'a str, en: &'a str) -> &'a str {
    if lang == "vi" { vi } else { en }
}
