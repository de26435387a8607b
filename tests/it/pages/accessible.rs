//! Every page in every state in a real browser: WCAG 2.2 A and AA as axe-core sees it, light and dark, on a phone and at a desk, in
//! both languages; and nothing scrolls sideways, however long a name is.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chromiumoxide::cdp::browser_protocol::page::CaptureScreenshotParams;
use chromiumoxide::cdp::browser_protocol::page::Viewport;
use motcua::http::pages::style_path;
use motcua::http::pages::style_sheet;
use tokio::net::TcpListener;

use super::samples::Sample;
use super::samples::Values;
use super::samples::all;
use crate::demo::Chrome;
use crate::demo::Scheme;
use crate::demo::Tab;
use crate::demo::WIDTHS;

/// Serves the samples by their numbers, with the style sheet where they look for it. The script of a page that would leave by
/// itself does not run.
async fn serve(samples: Arc<Vec<Sample>>) -> String {
    let page = async |State(samples): State<Arc<Vec<Sample>>>, Path(at): Path<usize>| {
        let stays = if leaves(&samples[at]) { "script-src 'none'" } else { "" };
        ([("content-security-policy", stays)], Html(samples[at].html.clone()))
    };
    let css = |text: &'static str| async move { ([("content-type", "text/css")], text) };
    let router = Router::new()
        .route("/page/{at}", get(page))
        .route(style_path(), get(move || css(style_sheet())))
        .route("/assets/tokens.css", get(move || css("")))
        .with_state(samples);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}

/// Whether the page by itself leads away, to an address that does not exist.
fn leaves(sample: &Sample) -> bool {
    ["form post", "signed out onward"].contains(&sample.name.as_str())
}

/// WCAG 2.2, levels A and AA.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_in_every_state_breaks_no_rule_light_or_dark_on_a_phone_or_at_a_desk() {
    let Some(chrome) = Chrome::start().await else { return };
    let samples: Arc<Vec<Sample>> = Arc::new(all(&Values::plain()));
    let origin = serve(Arc::clone(&samples)).await;
    let (mut tab, mut wrong) = (chrome.fresh_tab(WIDTHS[0]).await, String::new());
    for (at, sample) in samples.iter().enumerate() {
        tab.open(&format!("{origin}/page/{at}")).await;
        let () = tab.look("document.querySelectorAll('details').forEach((fold) => { fold.open = true })").await;
        for width in WIDTHS {
            tab.resize(width, 800).await;
            for scheme in [Scheme::Light, Scheme::Dark] {
                tab.prefer(scheme).await;
                for rule in tab.broken_rules().await {
                    let _ = writeln!(wrong, "{}, {:?}, {width} px, {scheme:?}: {rule}", sample.name, sample.lang);
                }
                picture(&tab, sample, width, scheme).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    chrome.quit().await;
}

/// WCAG 2.2, 1.4.10: at 320 px, "without requiring scrolling in two dimensions", with the longest names too.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_scrolls_sideways_whatever_stands_on_it() {
    let Some(chrome) = Chrome::start().await else { return };
    let samples: Arc<Vec<Sample>> = Arc::new(all(&Values::long()));
    let origin = serve(Arc::clone(&samples)).await;
    let (tab, mut wrong) = (chrome.fresh_tab(320).await, Vec::new());
    for (at, sample) in samples.iter().enumerate() {
        tab.open(&format!("{origin}/page/{at}")).await;
        let wide: u32 = tab.look("document.documentElement.scrollWidth").await;
        if wide > 320 {
            wrong.push((&sample.name, sample.lang, wide));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    chrome.quit().await;
}

/// WCAG 2.2, 1.4.4: "text can be resized without assistive technology up to 200 percent without loss of content", on a small phone
/// that enlarges text alone.
#[tokio::test(flavor = "multi_thread")]
async fn text_twice_as_large_fits_a_small_phone() {
    let Some(chrome) = Chrome::start().await else { return };
    let samples: Arc<Vec<Sample>> = Arc::new(all(&Values::long()));
    let origin = serve(Arc::clone(&samples)).await;
    let (tab, mut wrong) = (chrome.fresh_tab(360).await, Vec::new());
    for (at, sample) in samples.iter().enumerate() {
        tab.open(&format!("{origin}/page/{at}")).await;
        let () = tab.look("document.documentElement.style.fontSize = '200%', undefined").await;
        let wide: u32 = tab.look("document.documentElement.scrollWidth").await;
        if wide > 360 {
            wrong.push((&sample.name, sample.lang, wide));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    chrome.quit().await;
}

/// A thumb that misses a button meets nothing else: buttons keep 8 px from one another.
#[tokio::test(flavor = "multi_thread")]
async fn buttons_keep_their_distance() {
    let Some(chrome) = Chrome::start().await else { return };
    let samples: Arc<Vec<Sample>> = Arc::new(all(&Values::plain()));
    let origin = serve(Arc::clone(&samples)).await;
    let (tab, mut wrong) = (chrome.fresh_tab(360).await, Vec::new());
    for (at, sample) in samples.iter().enumerate() {
        tab.open(&format!("{origin}/page/{at}")).await;
        let close: Vec<String> = tab.look(CLOSE).await;
        if !close.is_empty() {
            wrong.push((&sample.name, sample.lang, close));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    chrome.quit().await;
}

/// Buttons that stand less than 8 px from the one before.
const CLOSE: &str = "[...document.querySelectorAll('.button')].map((button) => [button, button.getBoundingClientRect()]) \
    .filter(([, box]) => box.height > 0) \
    .filter(([, box], at, all) => at > 0 && box.top < all[at - 1][1].bottom + 8 && box.left < all[at - 1][1].right + 8) \
    .map(([button]) => button.textContent.trim())";

/// What is asked for most (name, date of birth, telephone, address) is agreed to on a small phone, 640 px high, after a flick of
/// the thumb at most.
#[tokio::test(flavor = "multi_thread")]
async fn agreeing_is_in_reach_on_a_small_phone() {
    let Some(chrome) = Chrome::start().await else { return };
    let samples = all(&Values::plain()).into_iter().filter(|one| one.name == "consent usual");
    let samples: Arc<Vec<Sample>> = Arc::new(samples.collect());
    assert_eq!(samples.len(), 2);
    let origin = serve(Arc::clone(&samples)).await;
    let mut tab = chrome.fresh_tab(360).await;
    tab.resize(360, 640).await;
    for at in 0..samples.len() {
        tab.open(&format!("{origin}/page/{at}")).await;
        let bottom: f64 = tab.look("document.querySelector('#allow').getBoundingClientRect().bottom").await;
        assert!(bottom <= 720.0, "{:?}: {bottom}", samples[at].lang);
    }
    chrome.quit().await;
}

/// For who wants to look at the pages: into the folder that `MOTCUA_TEST_PICTURES` names, if it does.
async fn picture(tab: &Tab, sample: &Sample, width: u32, scheme: Scheme) {
    let Some(folder) = std::env::var_os("MOTCUA_TEST_PICTURES").map(PathBuf::from) else { return };
    let name =
        format!("{width}-{scheme:?}-{:?}-{}.png", sample.lang, sample.name).replace([' ', '{', '}', ':', '.'], "_");
    // `full_page` would forget how wide the screen is.
    let height: f64 = tab.look("document.documentElement.scrollHeight").await;
    let clip = Viewport { x: 0.0, y: 0.0, width: f64::from(width), height, scale: 1.0 };
    let whole = CaptureScreenshotParams::builder().capture_beyond_viewport(true).clip(clip).build();
    let taken = tab.page.execute(whole).await.unwrap().result.data;
    let png = STANDARD.decode(taken).unwrap();
    std::fs::write(folder.join(name.replace("_png", ".png")), png).unwrap();
}
