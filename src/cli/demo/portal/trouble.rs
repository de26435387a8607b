//! The page for a sign-in that did not come to an end.

use http::StatusCode;

use super::Portal;
use super::html::Text;
use super::lang::Lang;
use super::look::Frame;
use super::relying_party::Trouble;

/// The status of the answer.
pub fn status(why: &Trouble) -> StatusCode {
    match why {
        Trouble::Unreachable(_) => StatusCode::SERVICE_UNAVAILABLE,
        Trouble::Refused { .. } | Trouble::Unknown | Trouble::WrongIssuer | Trouble::Invalid(_) => {
            StatusCode::BAD_REQUEST
        }
    }
}

/// OpenID Connect Core Unmet Authentication Requirements 1.0: who came cannot prove as much as this site wants.
const UNMET: &str = "unmet_authentication_requirements";

/// The page: what happened, what to do now, and the detail for who looks after the portal.
pub fn page(portal: &Portal, lang: Lang, why: &Trouble) -> String {
    let (title, text) = words(lang, why);
    let mend = match why {
        Trouble::Refused { code, .. } if code == UNMET => format!(
            r#"<p><a class="button" id="security" href="{}/account/security?lang={}">{}</a></p>"#,
            Text(&portal.issuer),
            lang.tag(),
            lang.pick("Thêm cách đăng nhập tại Một Cửa", "Add a way to sign in at Một Cửa"),
        ),
        _ => String::new(),
    };
    let body = format!(
        r##"<section class="lead" id="trouble"><h1>{title}</h1><p class="purpose">{text}</p>
{mend}<p><a class="button{quiet}" id="again" href="/sign-in?lang={tag}">{again}</a></p><p><a href="/">{back}</a></p>
<details><summary>{more}</summary><p><code>{detail}</code></p></details></section>"##,
        quiet = if mend.is_empty() { "" } else { " quiet" },
        tag = lang.tag(),
        again = lang.pick("Thử lại", "Try again"),
        back = lang.pick("Về trang chủ", "Back to the start page"),
        more = lang.pick("Chi tiết cho người quản lý trang", "Details for the site's administrator"),
        detail = Text(&why.to_string()),
    );
    let title = format!("{} {title}", lang.pick("Lỗi:", "Error:"));
    Frame { portal, lang, title: &title, path: "/", class: "trouble", body }.page()
}

/// The page for an address that leads nowhere.
pub fn not_found(portal: &Portal, lang: Lang) -> String {
    let title = lang.pick("Không có trang này", "There is no such page");
    let back = lang.pick("Về trang chủ", "Back to the start page");
    let body =
        format!(r#"<section class="lead"><h1>{title}</h1><p><a class="button" href="/">{back}</a></p></section>"#);
    Frame { portal, lang, title, path: "/", class: "trouble", body }.page()
}

fn words(lang: Lang, why: &Trouble) -> (&'static str, &'static str) {
    match why {
        Trouble::Unreachable(_) => (
            lang.pick("Một Cửa chưa trả lời", "Một Cửa does not answer yet"),
            lang.pick("Đợi một lát rồi thử lại. Chưa có gì bị mất.", "Wait a moment and try again. Nothing is lost."),
        ),
        Trouble::Refused { code, .. } if code == "access_denied" => (
            lang.pick("Bạn chưa đăng nhập", "You have not signed in"),
            lang.pick(
                "Bạn đã dừng lại hoặc không đồng ý, nên chúng tôi không nhận được gì về bạn. Bạn có thể thử lại bất cứ lúc nào.",
                "You stopped or did not agree, so we have received nothing about you. You can try again at any time.",
            ),
        ),
        Trouble::Refused { code, .. } if code == UNMET => (
            lang.pick("Trang này cần nhiều hơn mật khẩu", "This site needs more than a password"),
            lang.pick(
                "Hãy thêm khóa truy cập hoặc ứng dụng xác thực tại Một Cửa, rồi đăng nhập lại ở đây: lúc đó Một Cửa chỉ hỏi phần còn thiếu.",
                "Add a passkey or an authenticator app at Một Cửa, then sign in here again: Một Cửa will ask for what is missing, \
                 and for nothing else.",
            ),
        ),
        Trouble::Refused { .. } => (
            lang.pick("Một Cửa chưa cho bạn vào lần này", "Một Cửa did not let you in this time"),
            lang.pick("Thử lại; nếu vẫn không được, hãy báo cho chúng tôi.", "Try again; if it fails again, tell us."),
        ),
        Trouble::Unknown => (
            lang.pick("Lần đăng nhập này không còn hiệu lực", "This sign-in is no longer valid"),
            lang.pick(
                "Lần đăng nhập này đã quá lâu, đã dùng rồi, hoặc bắt đầu trên máy khác. Hãy đăng nhập lại từ đây.",
                "It is too old, was used already, or began on another device. Sign in again from here.",
            ),
        ),
        Trouble::WrongIssuer | Trouble::Invalid(_) => (
            lang.pick("Chưa thể tin câu trả lời này", "We cannot trust this answer"),
            lang.pick(
                "Chúng tôi đã kiểm tra câu trả lời và bỏ đi, vì nó không khớp với điều đã hỏi. Hãy thử lại.",
                "We checked the answer and threw it away, because it does not match what was asked. Try again.",
            ),
        ),
    }
}
