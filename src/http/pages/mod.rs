//! The pages that a person sees: one struct for each, filled by a handler, and `render`, which gives its HTML.
//!
//! They keep the UI contract that `conformance/oidf.md` describes (names and ids of fields and buttons) and need no
//! JavaScript: the constant scripts of `script.rs` save a click.

mod asker;
mod claims;
mod consent;
mod consents;
mod error;
mod form_post;
mod frame;
mod home;
mod logout;
mod new_password;
mod script;
mod select;
mod sign_in;
mod style;

use askama::Template;

pub use self::asker::Asker;
pub use self::asker::initials;
pub use self::claims::ClaimRow;
pub use self::claims::Shown;
pub use self::claims::claim_rows;
pub use self::claims::date;
pub use self::claims::day_of;
pub use self::claims::masked_address;
pub use self::claims::masked_email;
pub use self::claims::masked_phone;
pub use self::consent::Basis;
pub use self::consent::Consent;
pub use self::consents::Consents;
pub use self::consents::ShownConsent;
pub use self::error::Detail;
pub use self::error::ErrorKind;
pub use self::error::ErrorPage;
pub use self::error::StartAgain;
pub use self::form_post::FormPost;
pub use self::frame::Contact;
pub use self::frame::Deployment;
pub use self::frame::Frame;
pub use self::home::Home;
pub use self::home::ShownService;
pub use self::logout::Ending;
pub use self::logout::LogoutConfirm;
pub use self::logout::SignedOut;
pub use self::new_password::why_not;
pub use self::script::moving_on;
pub use self::script::sending;
pub use self::script::showing_password;
pub use self::select::Select;
pub use self::sign_in::SignIn;
pub use self::sign_in::SignInAlert;
pub use self::style::STYLE_SHEET;
pub use self::style::style_path;

/// The HTML of a page. Writing to a `String` cannot fail, so there is no other outcome.
fn html(page: &impl Template) -> String {
    page.render().unwrap_or_default()
}
