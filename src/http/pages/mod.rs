//! The pages that a person sees: one struct for each, filled by a handler, and `render`, which gives its HTML.
//!
//! They keep the UI contract that `conformance/oidf.md` describes (names and ids of fields and buttons) and need no
//! JavaScript: the constant scripts of `script.rs` save a click.

mod account;
mod asker;
mod assurance;
mod claims;
mod closing;
mod consent;
mod consents;
mod error;
mod form_post;
mod frame;
mod history;
mod home;
mod late;
mod lead;
mod logout;
mod new_password;
mod notice;
mod opening_account;
mod qr;
mod recovery;
mod script;
mod second;
mod security;
mod select;
mod sign_in;
mod stop;
mod style;
mod texts;
mod way;

use askama::Template;

pub use self::account::Account;
pub use self::account::ShownPlace;
pub use self::account::ShownRecovery;
pub use self::asker::Asker;
pub use self::asker::initials;
pub use self::assurance::Assurance;
pub use self::claims::ClaimRow;
pub use self::claims::Shown;
pub use self::claims::claim_names;
pub use self::claims::claim_rows;
pub use self::claims::date;
pub use self::claims::day_of;
pub use self::claims::masked_address;
pub use self::claims::masked_email;
pub use self::claims::masked_number;
pub use self::claims::masked_phone;
pub use self::claims::moment_of;
pub use self::closing::CloseAccount;
pub use self::closing::ClosedAccount;
pub use self::closing::ClosingAccount;
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
pub use self::history::History;
pub use self::history::ShownLine;
pub use self::home::Home;
pub use self::home::ShownService;
pub use self::late::Late;
pub use self::lead::LeadPage;
pub use self::logout::Ending;
pub use self::logout::LogoutConfirm;
pub use self::logout::SignedOut;
pub use self::new_password::reasons;
pub use self::new_password::why_not;
pub use self::notice::Notice;
pub use self::opening_account::OpenAddress;
pub use self::opening_account::OpenAlert;
pub use self::opening_account::OpenCode;
pub use self::opening_account::OpenCodeAlert;
pub use self::opening_account::OpenKey;
pub use self::opening_account::OpenKeyAlert;
pub use self::opening_account::OpenPerson;
pub use self::opening_account::OpenPersonAlert;
pub use self::opening_account::Price;
pub use self::recovery::Recovery;
pub use self::recovery::RecoveryAlert;
pub use self::recovery::RecoveryCode;
pub use self::recovery::RecoveryPassword;
pub use self::recovery::ShownWay;
pub use self::script::making_passkey;
pub use self::script::moving_on;
pub use self::script::sending;
pub use self::script::showing_password;
pub use self::script::solving;
pub use self::script::using_passkey;
pub use self::second::Second;
pub use self::second::SecondAlert;
pub use self::second::ShownWayOut;
pub use self::second::ShownWays;
pub use self::security::AddPasskey;
pub use self::security::AddTotp;
pub use self::security::ChangePassword;
pub use self::security::MakeRecoveryCodes;
pub use self::security::OnePasskey;
pub use self::security::RecoveryCodes;
pub use self::security::RemoveTotp;
pub use self::security::Security;
pub use self::security::SecurityAlert;
pub use self::security::ShownPasskey;
pub use self::select::Select;
pub use self::sign_in::SignIn;
pub use self::sign_in::SignInAlert;
pub use self::stop::Stop;
pub use self::style::style_path;
pub use self::style::style_sheet;
pub use self::texts::Texts;
pub use self::way::Way;

/// The HTML of a page. Writing to a `String` cannot fail, so there is no other outcome.
fn html(page: &impl Template) -> String {
    page.render().unwrap_or_default()
}
