//! The walk itself: from every page that was seen, every link and every button.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::VecDeque;

use http::Method;
use motcua::http::routes::ROUTES;
use url::form_urlencoded;

use super::paper;
use super::paper::Form;
use crate::town::Browser;
use crate::town::Hop;
use crate::town::ISSUER;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Trail;

/// More steps than this are no walk through a house, but around it.
const MOST: usize = 4_000;
/// What is sent there ends something that other steps need: it is sent last.
const ENDS: [&str; 12] = [
    "/account/texts/remove",
    "/stop",
    "/account/recovery-codes",
    "/logout/confirm",
    "/account/sessions",
    "/account/passkeys/change",
    "/account/totp/remove",
    "/account/password",
    "/consents",
    "/office/rights/take",
    "/office/pending/one",
    "/office/people/one",
];

/// Whoever walks must come home: what closes an account is for a stage.
const CLOSES: &str = "/account/close";

/// The route at which a request arrived.
pub fn route(hop: &Hop) -> Option<(&'static str, &'static str)> {
    let path = hop.page.path();
    let fits = |pattern: &str| {
        let parts = || pattern.split('/').zip(path.split('/'));
        pattern.split('/').count() == path.split('/').count() && parts().all(|(p, own)| p == own || p.starts_with('{'))
    };
    let own = || ROUTES.iter().filter(|route| route.method == hop.method.as_str());
    let found = own().find(|route| route.path == path).or_else(|| own().find(|route| fits(route.path)));
    found.map(|route| (route.method, route.path))
}

/// What makes a page another than one seen before: where it stands, what it says first, what it asks for.
fn shape(hop: &Hop) -> String {
    let page = &hop.page;
    let form = paper::form(page);
    let fields: BTreeSet<&str> = form.iter().flat_map(|form| &form.fields).map(|(name, ..)| name.as_str()).collect();
    let buttons = form.iter().flat_map(|form| &form.buttons).filter_map(|(_, says)| Some(says.as_ref()?.0.as_str()));
    format!(
        "{:?} {} {} | {} | {fields:?} {:?} {:?}",
        route(hop),
        page.status.as_u16(),
        paper::read(page, "<h1>", "</h1>"),
        paper::read(page, r#"<div class="alert""#, "</div>"),
        buttons.collect::<BTreeSet<_>>(),
        paper::links(page).iter().map(|link| link.split('?').next().unwrap_or_default()).collect::<BTreeSet<_>>(),
    )
}

fn is_page(hop: &Hop) -> bool {
    hop.page.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
}

/// The pages that differ, each as it was seen first.
pub fn rooms(trail: &[Hop]) -> Vec<Hop> {
    let mut seen = BTreeMap::new();
    for hop in trail.iter().filter(|hop| is_page(hop)) {
        seen.entry(shape(hop)).or_insert(hop);
    }
    seen.into_values().cloned().collect()
}

/// A step from a page.
struct Step {
    from: Browser,
    method: Method,
    to: String,
    form: Option<String>,
}

/// Who walks: what they know already, and what is before them.
#[derive(Default)]
pub struct Walker {
    trail: Trail,
    read: usize,
    known: BTreeSet<String>,
    steps: [VecDeque<Step>; 3],
    taken: usize,
}

impl Walker {
    /// One who walks from every page of the trail.
    pub fn on(trail: &Trail) -> Self {
        Self { trail: Trail::clone(trail), ..Self::default() }
    }

    /// Walks until there is nothing new. Steps that end something are taken in the end, or left for later.
    pub async fn go(&mut self, to_the_end: bool) {
        loop {
            self.look_around();
            let ranks = if to_the_end { 3 } else { 2 };
            let Some(mut step) = self.steps[..ranks].iter_mut().find_map(VecDeque::pop_front) else { return };
            self.taken += 1;
            assert!(self.taken < MOST, "{} {}", step.method, step.to);
            step.from.walk(step.method, &step.to, step.form).await;
        }
    }

    fn look_around(&mut self) {
        let news: Vec<Hop> = self.trail.lock().unwrap()[self.read..].to_vec();
        self.read += news.len();
        for hop in news.iter().filter(|hop| is_page(hop)) {
            let mut steps = if self.known.insert(shape(hop)) { from(hop) } else { Vec::new() };
            steps.retain(|step| step.form.is_none() || step.to != CLOSES);
            for step in steps {
                let ends = ENDS.iter().any(|end| step.to.split('?').next() == Some(end));
                let rank = if step.form.is_none() { 0 } else { 1 + usize::from(ends) };
                self.steps[rank].push_back(step);
            }
        }
    }
}

/// The steps that a page offers. The same in the other language is looked at, and led no further: who reads it walks by themselves.
fn from(hop: &Hop) -> Vec<Step> {
    let step = |method: Method, to: &str, form: Option<String>| Step {
        from: hop.browser.clone(),
        method,
        to: to.to_owned(),
        form,
    };
    let own = |to: &String| (to.starts_with('/') || to.starts_with(ISSUER)) && !to.contains("lang=");
    let mut steps: Vec<Step> =
        paper::links(&hop.page).iter().filter(|to| own(to)).map(|to| step(Method::GET, to, None)).collect();
    let Some(form) = paper::form(&hop.page).filter(|form| form.action.starts_with('/')) else { return steps };
    for (elsewhere, says) in &form.buttons {
        for filled in [filled(&form, false), filled(&form, true)] {
            let pairs = form.hidden.iter().cloned().chain(filled).chain(says.clone());
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            let action = elsewhere.as_ref().unwrap_or(&form.action);
            steps.push(match form.method.as_str() {
                "get" => step(Method::GET, &format!("{action}?{body}"), None),
                _ => step(Method::POST, action, Some(body)),
            });
        }
    }
    steps
}

/// What is sent of the fields: as they stand, or with what a person would fill in.
fn filled(form: &Form, by_a_person: bool) -> Vec<(String, String)> {
    let chosen = |(name, kind, value): &(String, String, String)| {
        let text = match (name.as_str(), kind.as_str()) {
            (_, "checkbox" | "radio") if !by_a_person => return None,
            (_, "checkbox" | "radio") => value.as_str(),
            _ if !by_a_person => value.as_str(),
            ("username", _) => "khai",
            ("password" | "current" | "new", _) => PASSWORD,
            ("otp", _) => "000000",
            ("month", _) => "2020-01",
            (_, "select") => value.as_str(),
            _ => "Khai 2",
        };
        Some((name.clone(), text.to_owned()))
    };
    form.fields.iter().filter_map(chosen).collect()
}

impl Browser {
    /// One step, and where it leads within the house.
    async fn walk(&mut self, method: Method, to: &str, form: Option<String>) -> Page {
        let mut page = self.request(method, to, form).await;
        for _ in 0..10 {
            let Some(next) = page.location().filter(|next| next.starts_with('/')) else { break };
            page = self.request(Method::GET, &next, None).await;
        }
        page
    }
}
