//! The page after a sign-in: who is there, what the portal received, and how it came to know.

use serde_json::Map;
use serde_json::Value;

use super::Portal;
use super::board::Board;
use super::emblem;
use super::html::Text;
use super::html::clock;
use super::journey;
use super::kind::Kind;
use super::labels;
use super::lang::Lang;
use super::look::Frame;
use super::relying_party::Arrival;

/// The page.
pub fn page(portal: &Portal, board: &Board, lang: Lang, arrival: &Arrival) -> String {
    let body = [
        greeting(portal.kind, lang, arrival),
        stations(portal, board, lang, arrival),
        received(board, lang, arrival),
        behind(portal.kind, board, lang, arrival),
    ]
    .concat();
    Frame { portal, lang, title: lang.pick("Đã đăng nhập", "Signed in"), path: "/me", class: "after", body }.page()
}

fn greeting(kind: Kind, lang: Lang, arrival: &Arrival) -> String {
    format!(
        r##"<section class="hello"><p class="kicker">{agency}</p><h1>{hello} <span id="who">{who}</span></h1><p class="purpose">{purpose}</p>
<form method="post" action="/sign-out"><button id="sign-out" class="button quiet">{leave}</button><small>{only}</small></form>
<form method="post" action="/sign-out-everywhere"><button id="sign-out-everywhere" class="button quiet">{end}</button><small>{all}</small></form></section>"##,
        agency = kind.agency(lang),
        hello = lang.pick("Xin chào", "Hello"),
        who = Text(&name(arrival).unwrap_or_else(|| lang.pick("bạn", "there").to_owned())),
        purpose = kind.purpose(lang),
        leave = lang.pick("Rời trang này", "Leave this site"),
        end = lang.pick("Đăng xuất khỏi Một Cửa", "Sign out of Một Cửa"),
        all = lang.pick(
            "Một Cửa hỏi lại, rồi báo cho các trang khác.",
            "Một Cửa asks once more, then tells the other sites."
        ),
        only = lang.pick("Chỉ kết thúc ở đây; Một Cửa vẫn nhớ bạn.", "Ends it here only; Một Cửa still knows you."),
    )
}

/// What went on between the two servers, for who wants to see it.
fn behind(kind: Kind, board: &Board, lang: Lang, arrival: &Arrival) -> String {
    let opens = lang.pick(
        "Hành trình vừa rồi: mã, chữ ký và thẻ danh tính",
        "The journey that just happened: codes, signatures and the ID token",
    );
    let token = group(lang.pick("Trong thẻ danh tính (ID token)", "In the ID token"), &arrival.id.claims, lang);
    format!(
        r#"<details class="behind" id="behind"><summary>{opens}</summary>{facts}{journey}<section class="received"><table id="id-token">{head}{token}</table></section></details>"#,
        facts = facts(lang, arrival),
        journey = journey::section(board, kind, lang, arrival),
        head = head(lang),
    )
}

fn facts(lang: Lang, arrival: &Arrival) -> String {
    let id = &arrival.id;
    format!(
        r##"<section class="facts"><dl>
<div><dt>{sid_label} <small>sid</small></dt><dd><code id="sid">{sid}</code><small>{same}</small></dd></div>
<div><dt>{sub_label} <small>sub</small></dt><dd><code id="sub">{sub}</code><small>{own}</small></dd></div></dl>
<p id="verified">{tick}<span>{verified} <b>{alg}</b>, {key} <code>{kid}</code></span></p></section>"##,
        sid_label = lang.pick("Phiên đăng nhập, với trang này", "Your session, to this site"),
        sid = Text(&id.sid),
        same = lang.pick("Trang khác nhận một mã khác", "Other sites are given another"),
        sub_label = lang.pick("Mã của bạn tại đây", "You, to this site"),
        sub = Text(&id.sub),
        own = lang.pick("Trang khác nhận một mã khác", "Other sites are given another"),
        tick = journey::TICK,
        verified = lang.pick(
            "Trang này đã tự kiểm tra chữ ký trên thẻ danh tính:",
            "This site verified the signature of the ID token by itself:",
        ),
        alg = Text(&id.alg),
        key = lang.pick("khóa", "key"),
        kid = Text(&id.kid),
    )
}

/// The five portals as stops of one line, those open in this session marked.
fn stations(portal: &Portal, board: &Board, lang: Lang, arrival: &Arrival) -> String {
    let origin = |kind| portal.siblings.iter().find(|(sibling, _)| *sibling == kind).map(|(_, origin)| origin);
    let stops: String = Kind::all()
        .into_iter()
        .map(|kind| {
            let (mark, service) = (emblem::inline(kind, "emblem"), kind.service(lang));
            let seen = board.visit(&arrival.browser, kind);
            let state = match seen {
                Some(at) => format!("{} {}", lang.pick("mở lúc", "opened at"), clock(at)),
                None => lang.pick("chưa mở", "not opened yet").to_owned(),
            };
            let class = if kind == portal.kind {
                "here"
            } else if seen.is_some() {
                "seen"
            } else {
                "next"
            };
            let name = match origin(kind) {
                Some(origin) => format!(
                    r#"<a id="open-{key}" href="{origin}/sign-in?lang={tag}">{service}</a>"#,
                    key = kind.key(),
                    origin = Text(origin),
                    tag = lang.tag(),
                ),
                None => format!("<b>{service}</b>"),
            };
            format!(r#"<li class="{class}">{mark}<span>{name}<small>{state}</small></span></li>"#)
        })
        .collect();
    format!(
        r#"<section class="stations"><h2>{title}</h2><p>{text}</p><ol>{stops}</ol></section>"#,
        title = lang.pick("Mở trang khác bằng cùng lần đăng nhập", "Open another site with the same sign-in"),
        text = lang.pick(
            "Hãy chọn tên một trang: Một Cửa đã nhớ bạn, nên không hỏi lại mật khẩu.",
            "Choose a site: Một Cửa knows you by now, so it does not ask for your password again.",
        ),
    )
}

fn received(board: &Board, lang: Lang, arrival: &Arrival) -> String {
    let mut told = arrival.told.clone();
    told.remove("sub");
    format!(
        r#"<section class="received"><h2>{title}</h2><table id="claims">{head}<tbody>{rows}</tbody></table>
<p class="passwords">{typed} <b id="password-count">{count}</b></p></section>"#,
        title = lang.pick("Trang này đã nhận thông tin gì về bạn", "What this site received about you"),
        head = head(lang),
        rows = rows(&told, lang),
        typed = lang.pick(
            "Số lần bạn gõ mật khẩu, tại mọi trang:",
            "Times that you typed your password, at all sites together:"
        ),
        count = board.password_count(&arrival.browser),
    )
}

fn head(lang: Lang) -> String {
    let (what, value) = (lang.pick("Thông tin", "Claim"), lang.pick("Giá trị", "Value"));
    format!(r#"<thead><tr><th scope="col">{what}</th><th scope="col">{value}</th></tr></thead>"#)
}

fn group(title: &str, claims: &Map<String, Value>, lang: Lang) -> String {
    let rows = rows(claims, lang);
    format!(r#"<tbody><tr class="group"><th colspan="2" scope="rowgroup">{title}</th></tr>{rows}</tbody>"#)
}

fn rows(claims: &Map<String, Value>, lang: Lang) -> String {
    let mut claims: Vec<_> = claims.iter().collect();
    claims.sort_by_key(|(claim, _)| labels::rank(claim));
    claims
        .into_iter()
        .map(|(claim, value)| {
            format!(
                r#"<tr><th scope="row">{label} <code>{claim}</code></th><td>{value}</td></tr>"#,
                label = Text(labels::label(claim, lang)),
                claim = Text(claim),
                // An e-mail address breaks before its host, if it must.
                value = Text(&labels::value(claim, value, lang)).to_string().replace('@', "@<wbr>"),
            )
        })
        .collect()
}

/// The person's name, from UserInfo or else from the ID token.
fn name(arrival: &Arrival) -> Option<String> {
    ["name", "given_name", "preferred_username"].iter().find_map(|claim| {
        let found = arrival.told.get(*claim).or_else(|| arrival.id.claims.get(*claim));
        found.and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned)
    })
}
