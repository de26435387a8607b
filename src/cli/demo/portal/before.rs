//! The page before a sign-in: what the service does, and the way in.

use super::Portal;
use super::kind::Basis;
use super::lang::Lang;
use super::look::Frame;

/// What is to be said above the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Nothing.
    None,
    /// The person has just left this portal.
    Left,
    /// The person has just signed out at the provider.
    Out,
}

/// The page.
pub fn page(portal: &Portal, lang: Lang, notice: Notice) -> String {
    let (kind, service) = (portal.kind, portal.kind.service(lang));
    let offers: String =
        kind.offers(lang).iter().map(|(name, text)| format!("<li><h2>{name}</h2><p>{text}</p></li>")).collect();
    let body = format!(
        r##"{notice}<section class="lead"><p class="kicker">{agency}</p><h1>{service}</h1><p class="purpose">{purpose}</p>
<p><a class="button" id="sign-in" href="/sign-in?lang={tag}">{door}{sign_in}</a></p><p class="hint">{elsewhere}</p></section>
<ul class="offers">{offers}</ul>
<section class="data"><h2>{data_title}</h2><p>{receives}</p><p>{basis}</p></section>"##,
        notice = said(notice, lang),
        agency = kind.agency(lang),
        purpose = kind.purpose(lang),
        tag = lang.tag(),
        door = DOOR,
        sign_in = lang.pick("Đăng nhập với Một Cửa", "Sign in with Một Cửa"),
        elsewhere = match kind.min_acr() {
            None => lang.pick(
                "Bạn gõ mật khẩu tại Một Cửa, không bao giờ ở trang này.",
                "You type your password at Một Cửa, never on this site.",
            ),
            Some(_) => lang.pick(
                "Chuyện sức khỏe cần giữ kín, nên mật khẩu thôi là chưa đủ: Một Cửa hỏi thêm khóa truy cập hoặc mã của ứng dụng xác thực.",
                "Health is private, so a password alone is not enough: Một Cửa asks for a passkey or a code of your \
                 authenticator app as well.",
            ),
        },
        data_title = lang.pick("Chúng tôi nhận thông tin gì về bạn", "What we receive about you"),
        receives = match lang {
            Lang::Vi => format!("Khi bạn đăng nhập: {}.", kind.receives(lang)),
            Lang::En => format!("When you sign in: {}.", kind.receives(lang)),
        },
        basis = match kind.basis() {
            Basis::PublicTask => lang.pick(
                "Pháp luật giao cho cơ quan này nhiệm vụ đó, nên bạn không phải đồng ý riêng.",
                "The law gives this agency that task, so you are not asked to agree.",
            ),
            Basis::Consent => lang.pick(
                "Chỉ khi bạn đồng ý: Một Cửa hỏi bạn một lần và nhớ câu trả lời.",
                "Only if you agree: Một Cửa asks you once and remembers your answer.",
            ),
        },
    );
    Frame { portal, lang, title: lang.pick("Chào mừng", "Welcome"), path: "/", class: "before", body }.page()
}

/// The mark of Một Cửa, an open door.
pub const DOOR: &str = r##"<svg class="door" viewBox="0 0 34 38" aria-hidden="true"><path d="M3 38V17a14 14 0 0 1 28 0v21" fill="none" stroke="currentColor" stroke-width="4"/><path d="M10 38V17.5a7 7 0 0 1 14 0V38z" fill="#e3b23c"/></svg>"##;

fn said(notice: Notice, lang: Lang) -> String {
    match notice {
        Notice::None => String::new(),
        Notice::Left => format!(
            r#"<p class="notice" role="status" id="left">{}</p>"#,
            lang.pick(
                "Bạn đã rời trang này. Một Cửa vẫn nhớ bạn: các trang khác không đổi, và vào lại không cần mật khẩu.",
                "You have left this site. Một Cửa still knows you: the other sites are unchanged, and coming back takes \
                 no password.",
            )
        ),
        Notice::Out => format!(
            r#"<p class="notice" role="status" id="out">{}</p>"#,
            lang.pick(
                "Bạn đã đăng xuất khỏi Một Cửa. Các trang khác mà bạn rời khỏi cũng đã được báo, và bạn không còn đăng nhập ở đó.",
                "You have signed out of Một Cửa. The other sites that you left were told, and you are signed out there as well.",
            )
        ),
    }
}
