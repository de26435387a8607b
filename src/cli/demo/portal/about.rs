//! Pages to which the provider's foot leads: what becomes of people's data, and how the sites can be used by everybody.

use super::Portal;
use super::lang::Lang;
use super::look::Frame;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Of privacy.
    Privacy,
    /// Of accessibility.
    Accessibility,
}

/// The page.
pub fn page(portal: &Portal, lang: Lang, about: About) -> String {
    let (title, path, lines) = match about {
        About::Privacy => (lang.pick("Quyền riêng tư", "Privacy"), "/privacy", privacy(lang)),
        About::Accessibility => {
            (lang.pick("Khả năng tiếp cận", "Accessibility"), "/accessibility", accessibility(lang))
        }
    };
    let lines: String = lines.iter().map(|line| format!("<p>{line}</p>")).collect();
    let back = lang.pick("Về trang chủ", "Back to the start page");
    let body = format!(r#"<section class="lead"><h1>{title}</h1>{lines}<p><a href="/">{back}</a></p></section>"#);
    Frame { portal, lang, title, path, class: "about", body }.page()
}

const fn privacy(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::Vi => [
            "Đây là trang trình diễn: mọi nhân vật và dữ liệu ở đây đều là hư cấu, và chỉ lưu trên máy này.",
            "Một Cửa chỉ trao cho mỗi trang những thông tin mà trang đó nêu ra, và một mã riêng của trang để nhận ra bạn: hai trang không thể đối chiếu mã với nhau.",
            "Trang nào cần bạn đồng ý thì Một Cửa cho bạn xem trước, rồi mới hỏi.",
        ],
        Lang::En => [
            "This is a demonstration: all people and data in it are made up, and are kept on this machine alone.",
            "Một Cửa gives each site what that site says it receives, and a code by which that site alone knows you: no two sites can compare theirs.",
            "Where a site needs your consent, Một Cửa shows you what it would receive, and then asks.",
        ],
    }
}

const fn accessibility(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::Vi => [
            "Các trang của Một Cửa nhằm đạt WCAG 2.2, mức AA.",
            "Mọi việc đều làm được bằng bàn phím, bằng trình đọc màn hình, khi phóng to bốn lần, ở nền sáng cũng như nền tối, và không cần JavaScript.",
            "Nếu có chỗ bạn không dùng được, hãy gọi 1900 0000 (số này cũng là hư cấu).",
        ],
        Lang::En => [
            "The pages of Một Cửa aim at WCAG 2.2, level AA.",
            "Everything can be done by keyboard, with a screen reader, at four times the size, in a light or dark scheme, and without JavaScript.",
            "If there is something that you cannot use, call 1900 0000 (the number is made up, too).",
        ],
    }
}
