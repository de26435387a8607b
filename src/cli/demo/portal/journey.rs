//! The journey that just happened, drawn: three lanes (the person, this site, Một Cửa) and what went between them.

use super::before::DOOR;
use super::board::Board;
use super::board::Method;
use super::emblem;
use super::html::Text;
use super::html::clock;
use super::html::short;
use super::kind::Basis;
use super::kind::Kind;
use super::labels;
use super::lang::Lang;
use super::relying_party::Arrival;

/// The drawing with its heading.
pub fn section(board: &Board, kind: Kind, lang: Lang, arrival: &Arrival) -> String {
    let asked = Asked::of(board, kind, arrival);
    let steps: String = steps(kind, lang, arrival, asked).into_iter().map(|step| step.drawn()).collect();
    format!(
        r##"<section id="journey" aria-labelledby="journey-title"><h2 id="journey-title">{title}</h2><p class="gist">{gist}</p>
<div class="lanes" aria-hidden="true"><span>{person}{you}</span><span>{mark}{site}</span><span>{DOOR}Một&#32;Cửa</span></div>
<ol class="steps">{steps}</ol><p class="key"><span class="direct">{direct}</span><span class="browser">{browser}</span></p></section>"##,
        title = lang.pick("Hành trình vừa rồi", "The journey that just happened"),
        gist = gist(asked, lang),
        person = PERSON,
        you = lang.pick("Bạn", "You"),
        mark = emblem::inline(kind, "emblem"),
        site = lang.pick("Trang này", "This site"),
        direct = lang.pick("đi thẳng giữa hai máy chủ", "straight between the two servers"),
        browser = lang.pick("đi qua trình duyệt của bạn", "through your browser"),
    )
}

/// A tick in a disc.
pub const TICK: &str = r##"<svg class="tick" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="11" fill="currentColor"/><path d="M6.500 12.500l4 4 7-8" fill="none" stroke="#fff" stroke-width="2.400"/></svg>"##;

const KEY: &str = r##"<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="11" fill="currentColor"/><circle cx="9" cy="12" r="3" fill="none" stroke="#fff" stroke-width="2"/><path d="M12 12h7m-2 0v3m-2.500-3v2" stroke="#fff" stroke-width="2"/></svg>"##;
const PERSON: &str = r##"<svg class="person" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="7" r="5" fill="currentColor"/><path d="M2 23a10 9 0 0 1 20 0z" fill="currentColor"/></svg>"##;

/// What was asked of the person at the provider, as far as the ID token tells.
#[derive(Clone, Copy)]
enum Asked {
    Password,
    Key,
    OtherMeans,
    Nothing,
}

impl Asked {
    fn of(board: &Board, kind: Kind, arrival: &Arrival) -> Self {
        let (id, times) = (&arrival.id, &arrival.times);
        // `auth_time` has whole seconds: one in the second of the departure is of this journey, unless another portal
        // was told of it before.
        let since = id.auth_time.seconds() >= times.left.seconds();
        let first = board.first(&arrival.browser, id.auth_time).is_none_or(|first| first == (kind, times.back));
        match (since && first, id.method) {
            (true, Method::Password) => Self::Password,
            (true, Method::PasswordAndKey) => Self::Key,
            (true, Method::Other) => Self::OtherMeans,
            (false, Method::Password | Method::PasswordAndKey | Method::Other) => Self::Nothing,
        }
    }
}

struct Step {
    /// Arrows and marks, as classes of the drawing.
    moves: &'static [&'static str],
    /// What stands on a lane.
    mark: &'static str,
    class: &'static str,
    time: String,
    title: String,
    text: String,
}

impl Step {
    fn drawn(&self) -> String {
        let Self { mark, class, time, title, text, .. } = self;
        let moves: String = self.moves.iter().map(|go| format!(r#"<i class="{go}">{mark}</i>"#)).collect();
        format!(
            r##"<li class="{class}"><div class="draw" aria-hidden="true">{moves}</div><div class="tell"><h3>{title} <time>{time}</time></h3>{text}</div></li>"##
        )
    }
}

fn steps(kind: Kind, lang: Lang, arrival: &Arrival, how: Asked) -> Vec<Step> {
    let mut steps = vec![there(lang, arrival), asked(lang, arrival, how), allowed(kind, lang)];
    steps.extend([back(lang, arrival), exchange(lang, arrival), token(lang, arrival), check(lang, arrival)]);
    steps.extend([told(lang, arrival), welcome(lang, arrival)]);
    steps
}

fn there(lang: Lang, arrival: &Arrival) -> Step {
    Step {
        moves: &["via ab", "via ba low", "via ac lower"],
        mark: "",
        class: "",
        time: clock(arrival.times.left),
        title: lang.pick("Bạn nhấn “Đăng nhập”", "You press “Sign in”").to_owned(),
        text: format!(
            "<p>{}</p>{}",
            lang.pick(
                "Trang này gửi trình duyệt của bạn tới Một Cửa, với dấu chỉ dùng cho lần này.",
                "This site sends your browser to Một Cửa, with marks that hold for this once.",
            ),
            bits(&[("nonce", &arrival.sent.nonce), ("PKCE", &arrival.sent.challenge)]),
        ),
    }
}

fn asked(lang: Lang, arrival: &Arrival, how: Asked) -> Step {
    let since = clock(arrival.id.auth_time);
    let (mark, title, text) = match how {
        Asked::Password => (
            KEY,
            lang.pick("Bạn gõ mật khẩu, tại Một Cửa", "You type your password, at Một Cửa"),
            lang.pick("Chỉ Một Cửa thấy mật khẩu; trang này thì không.", "Only Một Cửa sees it; this site does not.")
                .to_owned(),
        ),
        Asked::Key => (
            KEY,
            lang.pick("Bạn dùng khóa truy cập, tại Một Cửa", "You use your passkey, at Một Cửa"),
            lang.pick("Mật khẩu thôi là chưa đủ cho trang này.", "A password alone was not enough.").to_owned(),
        ),
        Asked::OtherMeans => (
            KEY,
            lang.pick("Bạn xác thực tại Một Cửa", "You prove who you are, at Một Cửa"),
            lang.pick("Lần này không cần mật khẩu.", "No password was needed for it.").to_owned(),
        ),
        Asked::Nothing => (
            TICK,
            lang.pick("Một Cửa đã nhớ bạn: không hỏi mật khẩu", "Một Cửa knows you: no password asked"),
            match lang {
                Lang::Vi => format!("Bạn đã đăng nhập từ {since}, và phiên đó vẫn còn."),
                Lang::En => format!("You have been signed in since {since}, and that session is still on."),
            },
        ),
    };
    let bits = bits(&[("auth_time", &since), ("sid", &arrival.id.sid)]);
    Step {
        moves: &["at-c"],
        mark,
        class: "turn",
        time: String::new(),
        title: title.to_owned(),
        text: format!("<p>{text}</p>{bits}"),
    }
}

fn allowed(kind: Kind, lang: Lang) -> Step {
    let (title, text) = match kind.basis() {
        Basis::PublicTask => (
            lang.pick("Không hỏi gì thêm", "Nothing else is asked"),
            lang.pick("Pháp luật giao cho cơ quan này nhiệm vụ đó.", "The law gives this agency its task."),
        ),
        Basis::Consent => (
            lang.pick("Với sự đồng ý của bạn", "With your consent"),
            lang.pick(
                "Một Cửa cho bạn xem những gì sẽ gửi và hỏi bạn: chỉ lần đầu, rồi nhớ câu trả lời.",
                "Một Cửa shows you what will be sent and asks you: the first time only, then it remembers.",
            ),
        ),
    };
    Step {
        moves: &["at-c"],
        mark: TICK,
        class: "",
        time: String::new(),
        title: title.to_owned(),
        text: format!("<p>{text}</p>"),
    }
}

fn back(lang: Lang, arrival: &Arrival) -> Step {
    let away = arrival.times.back.since(arrival.times.left).as_millis();
    Step {
        moves: &["via ca", "via ab low"],
        mark: "",
        class: "",
        time: clock(arrival.times.back),
        title: lang
            .pick("Trình duyệt về với một mã dùng một lần", "Your browser comes back with a one-time code")
            .to_owned(),
        text: format!(
            "<p>{} {}{}{:03} s.</p>{}",
            lang.pick(
                "Mã này không nói gì về bạn, và chỉ trang này đổi được. Bạn đã rời trang",
                "The code says nothing about you, and only this site can use it. You were away for",
            ),
            away / 1000,
            lang.pick(",", "."),
            away % 1000,
            bits(&[("code", &arrival.sent.code)]),
        ),
    }
}

fn exchange(lang: Lang, arrival: &Arrival) -> Step {
    Step {
        moves: &["bc"],
        mark: "",
        class: "",
        time: clock(arrival.times.back),
        title: lang.pick("Trang này đổi mã lấy thẻ danh tính", "This site trades the code for an ID token").to_owned(),
        text: format!(
            "<p>{}</p>",
            lang.pick(
                "Nó chứng tỏ mình là ai, và rằng chính nó đã bắt đầu lần đăng nhập này (PKCE).",
                "It proves who it is, and that it began this very sign-in (PKCE).",
            ),
        ),
    }
}

fn token(lang: Lang, arrival: &Arrival) -> Step {
    let id = &arrival.id;
    let claim = |name: &str| id.claims.get(name).map(|value| labels::value(name, value, lang)).unwrap_or_default();
    let (issuer, audience) = (claim("iss"), claim("aud"));
    let rows: String = [
        (lang.pick("Ai ký", "Signed by"), "iss", issuer.as_str()),
        (lang.pick("Bằng khóa", "With the key"), "kid", &id.kid),
        (lang.pick("Theo thuật toán", "By the algorithm"), "alg", &id.alg),
        (lang.pick("Cho trang", "For the site"), "aud", &audience),
        (lang.pick("Nói về", "About"), "sub", &short(&id.sub)),
    ]
    .iter()
    .map(|(label, name, value)| format!("<div><dt>{label} <small>{name}</small></dt><dd>{}</dd></div>", Text(value)))
    .collect();
    Step {
        moves: &["cb seal"],
        mark: "",
        class: "turn",
        time: clock(arrival.times.verified),
        title: lang.pick("Một Cửa trao thẻ danh tính đã ký", "Một Cửa hands over a signed ID token").to_owned(),
        text: format!(r#"<dl class="token">{rows}</dl><p class="bits"><code>{}</code></p>"#, Text(&id.compact)),
    }
}

fn check(lang: Lang, arrival: &Arrival) -> Step {
    Step {
        moves: &["at-b"],
        mark: TICK,
        class: "",
        time: clock(arrival.times.verified),
        title: lang.pick("Trang này tự kiểm tra thẻ", "This site checks the token by itself").to_owned(),
        text: format!(
            "<p>{} <b>{}</b> {}</p>",
            lang.pick("Chữ ký", "The"),
            Text(&arrival.id.alg),
            lang.pick(
                "khớp với khóa mà Một Cửa công bố; ai cấp, cho ai, thời hạn và dấu của lần này đều đúng.",
                "signature fits the key that Một Cửa publishes; issuer, audience, times and this journey's mark are right.",
            ),
        ),
    }
}

fn told(lang: Lang, arrival: &Arrival) -> Step {
    let mut names: Vec<_> = arrival.told.keys().filter(|claim| *claim != "sub").map(String::as_str).collect();
    names.sort_by_key(|claim| labels::rank(claim));
    Step {
        moves: &["bc", "cb low"],
        mark: "",
        class: "",
        time: clock(arrival.times.told),
        title: lang
            .pick("Trang này hỏi những gì nó được biết về bạn", "This site asks what it may know about you")
            .to_owned(),
        text: format!("<p>UserInfo: {}</p>", Text(&names.join(", "))),
    }
}

fn welcome(lang: Lang, arrival: &Arrival) -> Step {
    Step {
        moves: &["via ba"],
        mark: "",
        class: "",
        time: clock(arrival.times.told),
        title: lang.pick("Bạn vào trang", "You are in").to_owned(),
        text: format!(
            "<p>{}</p>",
            lang.pick(
                "Từ đây trang này nhận ra bạn bằng cookie của riêng nó.",
                "From here on this site knows you by a cookie of its own.",
            ),
        ),
    }
}

fn gist(asked: Asked, lang: Lang) -> &'static str {
    match asked {
        Asked::Password => lang.pick(
            "Bạn gõ mật khẩu một lần, tại Một Cửa. Trang này không thấy nó: trang nhận một thẻ đã ký và tự kiểm tra.",
            "You typed your password once, at Một Cửa. This site never saw it: it got a signed token and checked it.",
        ),
        Asked::Key | Asked::OtherMeans => lang.pick(
            "Bạn xác thực tại Một Cửa. Trang này nhận một thẻ đã ký và tự kiểm tra.",
            "You proved who you are at Một Cửa. This site got a signed token and checked it.",
        ),
        Asked::Nothing => lang.pick(
            "Bạn không gõ gì: Một Cửa đã nhớ bạn. Trang này nhận một thẻ đã ký của riêng nó và tự kiểm tra.",
            "You typed nothing: Một Cửa knew you. This site got a signed token of its own and checked it.",
        ),
    }
}

fn bits(values: &[(&str, &str)]) -> String {
    let bits: String =
        values.iter().map(|(name, value)| format!("<code>{name} {}</code> ", Text(&short(value)))).collect();
    format!(r#"<p class="bits">{bits}</p>"#)
}
