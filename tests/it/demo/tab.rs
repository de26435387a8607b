//! One tab, with the eyes and hands of the person before it.

use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::Mutex;
use std::time::Duration;
use std::time::Instant;

use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::emulation::MediaFeature;
use chromiumoxide::cdp::browser_protocol::emulation::SetDeviceMetricsOverrideParams;
use chromiumoxide::cdp::browser_protocol::emulation::SetEmulatedMediaParams;
use chromiumoxide::cdp::browser_protocol::emulation::SetScriptExecutionDisabledParams;
use chromiumoxide::cdp::browser_protocol::input::InsertTextParams;
use chromiumoxide::cdp::browser_protocol::log;
use chromiumoxide::cdp::browser_protocol::page::AddScriptToEvaluateOnNewDocumentParams;
use chromiumoxide::cdp::browser_protocol::page::EventLoadEventFired;
use chromiumoxide::cdp::browser_protocol::page::NavigateParams;
use chromiumoxide::cdp::browser_protocol::page::ReloadParams;
use chromiumoxide::cdp::js_protocol::runtime;
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use chromiumoxide::layout::Point;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::Lang;

pub struct Tab {
    pub page: Page,
    width: u32,
    runs_scripts: bool,
    complaints: Arc<Mutex<Vec<String>>>,
}

impl Tab {
    pub async fn new(page: Page, width: u32) -> Self {
        let mut tab = Self { page, width, runs_scripts: true, complaints: Arc::default() };
        tab.resize(width, 800).await;
        tab.listen().await;
        tab
    }

    /// Turns the screen into another.
    pub async fn resize(&mut self, width: u32, height: u32) {
        let metrics = SetDeviceMetricsOverrideParams::new(width, height, 1.0, width < 600);
        self.page.execute(metrics).await.unwrap();
        self.width = width;
    }

    /// Which colours the person prefers; and no motion, for a colour that is on its way from one scheme to the other is neither's.
    pub async fn prefer(&self, scheme: Scheme) {
        let value = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let features = [("prefers-color-scheme", value), ("prefers-reduced-motion", "reduce")];
        let features = features.map(|(name, value)| MediaFeature::new(name, value));
        let media = SetEmulatedMediaParams::builder().media("screen").features(features).build();
        self.page.execute(media).await.unwrap();
    }

    pub async fn without_scripts(mut self) -> Self {
        self.page.execute(SetScriptExecutionDisabledParams::new(true)).await.unwrap();
        self.runs_scripts = false;
        self
    }

    /// Notes what the browser's console says: errors, uncaught exceptions, violations of the content security policy.
    async fn listen(&self) {
        let mut entries = self.page.event_listener::<log::EventEntryAdded>().await.unwrap();
        let mut calls = self.page.event_listener::<runtime::EventConsoleApiCalled>().await.unwrap();
        let mut thrown = self.page.event_listener::<runtime::EventExceptionThrown>().await.unwrap();
        self.page.enable_log().await.unwrap();
        self.page.enable_runtime().await.unwrap();
        let complaints = Arc::clone(&self.complaints);
        tokio::spawn(async move {
            loop {
                let complaint = tokio::select! {
                    Some(event) = entries.next() => format!("{:?} {}", event.entry.url, event.entry.text),
                    Some(event) = calls.next() => format!("{:?}", event.args),
                    Some(event) = thrown.next() => format!("{:?}", event.exception_details),
                    else => break,
                };
                // Somebody was quicker than the page: no fault of it.
                if !complaint.contains("Autofocus processing was blocked") {
                    complaints.lock().unwrap().push(complaint);
                }
            }
        });
    }

    /// Types an address.
    pub async fn open(&self, url: &str) {
        self.leads(async { self.page.execute(NavigateParams::new(url)).await.map(drop).unwrap() }).await;
    }

    /// Clicks on something that leads to another page.
    pub async fn follow(&self, selector: &str) {
        let find = format!("document.querySelector({selector:?})");
        let at: Option<(f64, f64)> = self.look(&format!("({MIDDLE})({find})")).await;
        let Some((x, y)) = at else {
            panic!("no {selector} at {}: {}", self.url().await, self.text("body").await);
        };
        self.leads(async { self.page.click(Point::new(x, y)).await.map(drop).unwrap() }).await;
    }

    /// Clicks twice, as impatient people do, on something that leads to another page.
    pub async fn follow_twice(&self, selector: &str) {
        let find = format!("document.querySelector({selector:?})");
        let at: Option<(f64, f64)> = self.look(&format!("({MIDDLE})({find})")).await;
        let (x, y) = at.unwrap_or_else(|| panic!("no {selector}"));
        self.leads(async {
            for _ in 0..2 {
                self.page.click(Point::new(x, y)).await.unwrap();
            }
        })
        .await;
    }

    /// Presses Enter in a field, which leads to another page.
    pub async fn follow_enter(&self, selector: &str) {
        self.leads(async { self.find(selector).await.press_key("Enter").await.map(drop).unwrap() }).await;
    }

    /// A script that runs before those of each page that is opened from now on.
    pub async fn before_each_page(&self, script: &str) {
        self.page.execute(AddScriptToEvaluateOnNewDocumentParams::new(script)).await.unwrap();
    }

    /// Keys and clicks reach the tab in front alone.
    pub async fn to_front(&self) {
        self.page.bring_to_front().await.map(drop).unwrap();
    }

    pub async fn reload(&self) {
        self.leads(async { self.page.execute(ReloadParams::default()).await.map(drop).unwrap() }).await;
    }

    /// The way back of the browser.
    pub async fn back(&self) {
        let (was, deadline) = (self.url().await, Instant::now() + Duration::from_secs(20));
        let () = self.look("void history.back()").await;
        while self.loaded().await.is_none_or(|url| url == was) {
            assert!(Instant::now() < deadline, "still at {was}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the page has moved on by itself.
    pub async fn arrives(&self, url: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.loaded().await.as_deref() != Some(url) {
            assert!(Instant::now() < deadline, "not at {url}: {}", self.url().await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the page has moved on by itself to an address that begins so.
    pub async fn comes_to(&self, beginning: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.loaded().await.is_some_and(|url| url.starts_with(beginning)) {
            assert!(Instant::now() < deadline, "not at {beginning}: {}", self.url().await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Types an address whose page leads on by itself.
    pub async fn set_out(&self, url: &str) {
        self.page.execute(NavigateParams::new(url)).await.map(drop).unwrap();
    }

    /// Clicks on something that leads nowhere else.
    pub async fn press(&self, selector: &str) {
        let find = format!("document.querySelector({selector:?})");
        let at: Option<(f64, f64)> = self.look(&format!("({MIDDLE})({find})")).await;
        let (x, y) = at.unwrap_or_else(|| panic!("no {selector}"));
        self.page.click(Point::new(x, y)).await.map(drop).unwrap();
    }

    /// Waits until an expression is true.
    pub async fn sees(&self, expression: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.look::<bool>(expression).await {
            assert!(Instant::now() < deadline, "not so at {}: {expression}", self.url().await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The address of the page, once it is loaded; none while one page gives way to another.
    async fn loaded(&self) -> Option<String> {
        let question = EvaluateParams::new("document.readyState === 'complete' ? location.href : null");
        let seen = self.page.execute(question).await.ok()?.result;
        Some(seen.result.value?.as_str()?.to_owned())
    }

    async fn leads(&self, act: impl Future<Output = ()>) {
        let mut loads = self.page.event_listener::<EventLoadEventFired>().await.unwrap();
        let () = self.look("void (document.left = true)").await;
        act.await;
        loop {
            let loaded = timeout(Duration::from_secs(20), loads.next()).await;
            loaded.expect("the next page within 20 s").expect("a tab that is open");
            // The event may be that of the page that was left.
            if self.look("!document.left && document.readyState === 'complete'").await {
                return;
            }
        }
    }

    /// Types into a field, over what stands there.
    pub async fn enter(&self, selector: &str, text: &str) {
        let () = self.look(&format!("document.querySelector({selector:?}).select()")).await;
        self.find(selector).await.focus().await.unwrap();
        self.page.execute(InsertTextParams::new(text)).await.unwrap();
    }

    /// Fills the provider's sign-in page and presses Enter.
    pub async fn sign_in(&self, name: &str, password: &str) {
        assert!(
            ["/login", "/sign-in"].contains(&self.path().await.as_str()),
            "not a sign-in page: {}",
            self.url().await
        );
        self.enter("[name=username]", name).await;
        self.enter("[name=password]", password).await;
        self.follow_enter("[name=password]").await;
    }

    async fn find(&self, selector: &str) -> chromiumoxide::Element {
        self.page.find_element(selector).await.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    pub async fn url(&self) -> String {
        self.look("location.href").await
    }

    pub async fn path(&self) -> String {
        self.look("location.pathname").await
    }

    pub async fn text(&self, selector: &str) -> String {
        self.look(&format!("document.querySelector({selector:?})?.innerText ?? ''")).await
    }

    pub async fn count(&self, selector: &str) -> usize {
        self.look(&format!("document.querySelectorAll({selector:?}).length")).await
    }

    /// What an expression comes to. It is asked from outside of the page, so that it needs no scripts there.
    pub async fn look<T: DeserializeOwned>(&self, expression: &str) -> T {
        // `Page::evaluate` awaits a promise, which takes scripts.
        let question = EvaluateParams::builder().expression(expression).return_by_value(true).build().unwrap();
        let mut asked = self.page.execute(question.clone()).await;
        // A page that leaves while it is asked answers nothing; the next one does.
        for _ in 0..50 {
            if asked.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            asked = self.page.execute(question.clone()).await;
        }
        let seen = asked.unwrap().result;
        assert!(seen.exception_details.is_none(), "{expression}: {:?}", seen.exception_details);
        let value = seen.result.value.unwrap_or(serde_json::Value::Null);
        serde_json::from_value(value).unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Fails unless the page is fit for everybody: WCAG 2.2 AA, as far as a program can see.
    pub async fn fit(&self, lang: Lang) {
        let (wrong, wide) = (self.unfit(lang).await, self.width);
        assert!(wrong.is_empty(), "{} in {lang} at {wide} px: {wrong:#?}", self.url().await);
    }

    /// What makes the page unfit for somebody, light or dark.
    pub async fn unfit(&self, lang: Lang) -> Vec<String> {
        let script = format!("({})({}, {lang:?})", include_str!("fit.js"), self.width);
        let mut wrong: Vec<String> = self.look(&script).await;
        for scheme in [Scheme::Dark, Scheme::Light] {
            self.prefer(scheme).await;
            wrong.extend(self.broken_rules().await.into_iter().map(|rule| format!("{scheme:?}: {rule}")));
        }
        wrong
    }

    /// What axe-core finds on the page of WCAG 2.2, levels A and AA: it finds something wherever there is no doubt.
    pub async fn broken_rules(&self) -> Vec<String> {
        let Some(axe) = AXE.as_ref().filter(|_| self.runs_scripts) else { return Vec::new() };
        if self.look("typeof axe === 'undefined'").await {
            let () = self.look(&format!("{axe}; undefined")).await;
        }
        let run = EvaluateParams::builder().expression(RUN).await_promise(true).return_by_value(true).build().unwrap();
        let seen = self.page.execute(run).await.unwrap().result;
        assert!(seen.exception_details.is_none(), "axe-core: {:?}", seen.exception_details);
        serde_json::from_value(seen.result.value.unwrap()).unwrap()
    }

    /// What the console said since the last question.
    pub fn complaints(&self) -> Vec<String> {
        std::mem::take(&mut *self.complaints.lock().unwrap())
    }

    /// Closes the tab; its console must have been silent.
    pub async fn close(self) {
        assert_eq!(self.complaints(), Vec::<String>::new());
        self.page.close().await.unwrap();
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
}

/// The rules, as npm installed them. Where they are not there, a test that is not CI's looks without them, with a word.
static AXE: LazyLock<Option<String>> = LazyLock::new(|| {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/npm/node_modules/axe-core/axe.min.js");
    let text = std::fs::read_to_string(&path).ok();
    assert!(text.is_some() || std::env::var_os("CI").is_none(), "{} is missing", path.display());
    if text.is_none() {
        eprintln!("left out: {} is missing; tests/run installs it", path.display());
    }
    text
});

const RUN: &str = "axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'],
}).then((found) => found.violations.flatMap(
  (rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}: ${node.failureSummary}`)))";

const MIDDLE: &str = "(element) => {
  if (!element) return null;
  element.scrollIntoView({ block: 'center', behavior: 'instant' });
  const box = element.getClientRects()[0];
  return [box.left + box.width / 2, box.top + box.height / 2];
}";
