//! Every page of the walk in a real browser, as it was answered, headers and all.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::header;
use motcua::http::pages::style_path;
use motcua::http::pages::style_sheet;
use tokio::net::TcpListener;

use crate::demo::Chrome;
use crate::demo::Lang;
use crate::demo::WIDTHS;
use crate::town::Hop;
use crate::town::Page;

type Rooms = Arc<Vec<(Lang, Hop)>>;

/// Looks at each on a phone and at a desk, light and dark: labels, languages and headings, sizes and contrast, WCAG 2.2 AA as
/// axe-core sees it, and a console that complains of no policy.
pub async fn at(rooms: Vec<(Lang, Hop)>) -> Vec<String> {
    let Some(chrome) = Chrome::start().await else { return Vec::new() };
    let rooms: Rooms = Arc::new(rooms);
    let origin = serve(Arc::clone(&rooms)).await;
    let mut wrong = Vec::new();
    for width in WIDTHS {
        let tab = chrome.fresh_tab(width).await;
        for (at, (lang, hop)) in rooms.iter().enumerate() {
            tab.open(&format!("{origin}/room/{at}")).await;
            let () = tab.look("document.querySelectorAll('details').forEach((fold) => { fold.open = true })").await;
            for what in tab.unfit(lang).await {
                let place = format!("{} {} {}", hop.method, hop.page.path(), hop.page.status);
                wrong.push(format!("{place}, {lang}, {width} px: {what}"));
            }
            let complaints = tab.complaints();
            let of_policy = |line: &&String| line.contains("Content Security Policy") && !leaves(&hop.page);
            for complaint in complaints.iter().filter(of_policy) {
                wrong.push(format!("{}: {complaint}", hop.page.path()));
            }
        }
    }
    chrome.quit().await;
    wrong
}

async fn serve(rooms: Rooms) -> String {
    let css = || async { ([(header::CONTENT_TYPE, "text/css")], style_sheet()) };
    let router = Router::new().route("/room/{at}", get(room)).route(style_path(), get(css)).with_state(rooms);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}

/// The page with its headers. A page that by itself leads away stays: its scripts do not run.
async fn room(State(rooms): State<Rooms>, Path(at): Path<usize>) -> Response {
    let page = &rooms[at].1.page;
    let mut response = Response::new(Body::from(page.body.clone()));
    *response.headers_mut() = page.headers.clone();
    for name in [header::CONTENT_LENGTH, header::SET_COOKIE, header::STRICT_TRANSPORT_SECURITY] {
        response.headers_mut().remove(name);
    }
    if leaves(page) {
        response.headers_mut().append(header::CONTENT_SECURITY_POLICY, "script-src 'none'".parse().unwrap());
    }
    response
}

fn leaves(page: &Page) -> bool {
    page.body.contains("document.forms[0].submit()") || page.body.contains("location.replace(")
}
