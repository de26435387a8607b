//! The pages on which somebody opens an account.

use std::time::Duration;

use motcua::http::pages::Frame;
use motcua::http::pages::Late;
use motcua::http::pages::OpenAddress;
use motcua::http::pages::OpenAlert;
use motcua::http::pages::OpenCode;
use motcua::http::pages::OpenCodeAlert;
use motcua::http::pages::OpenKey;
use motcua::http::pages::OpenKeyAlert;
use motcua::http::pages::OpenPerson;
use motcua::http::pages::OpenPersonAlert;
use motcua::http::pages::Price;
use motcua::http::pages::why_not;
use motcua::identity::credential::new_password::Refusal;

use super::Named;
use super::Values;

pub fn pages(frame: &Frame<'_>, values: &Values) -> Vec<Named> {
    [address(frame, values), code(frame, values), person(frame, values), key(frame, values)].concat()
}

fn address(frame: &Frame<'_>, values: &Values) -> Vec<Named> {
    let page = |name: &str, [by_mail, by_phone]: [bool; 2], address, alert| {
        let price = Price { bits: 16, wait: Duration::from_secs(20) };
        let (puzzle, back) = (values.login.as_str(), "/login?login=x");
        let late = if name == "late" { Late { mail: by_mail, sms: by_phone } } else { Late::default() };
        let page = OpenAddress { frame: frame.clone(), puzzle, price, address, by_mail, by_phone, late, back, alert };
        (format!("opening address {name}"), page.render())
    };
    let (wait, typed) = (Duration::from_secs(15), values.text.as_str());
    vec![
        page("fresh", [true, true], "", None),
        page("late", [true, true], "", None),
        page("by mail", [true, false], "", None),
        page("by phone", [false, true], "", None),
        page("wrong", [true, true], typed, Some(OpenAlert::Address)),
        page("wrong by mail", [true, false], typed, Some(OpenAlert::Address)),
        page("wrong by phone", [false, true], typed, Some(OpenAlert::Address)),
        page("wait", [true, true], typed, Some(OpenAlert::Wait { wait })),
        page("full", [true, true], typed, Some(OpenAlert::Full { wait })),
        page("too many", [true, true], typed, Some(OpenAlert::TooMany { wait })),
        page("expired", [true, true], typed, Some(OpenAlert::Expired)),
    ]
}

fn code(frame: &Frame<'_>, values: &Values) -> Vec<Named> {
    let page = |name: &str, sms, alert| {
        let late = Late { mail: false, sms };
        let (opening, address, afresh) = (values.login.as_str(), values.text.as_str(), "/open-account?login=x");
        let page = OpenCode { frame: frame.clone(), opening, address, afresh, late, alert };
        (format!("opening code {name}"), page.render())
    };
    vec![
        page("fresh", false, None),
        page("late", true, None),
        page("wrong", false, Some(OpenCodeAlert::Wrong)),
        page("over", false, Some(OpenCodeAlert::Over)),
    ]
}

fn person(frame: &Frame<'_>, values: &Values) -> Vec<Named> {
    let page = |name: &str, typed: &str, alert| {
        let (opening, number_digits) = (values.login.as_str(), 12);
        let (frame, user_name, number) = (frame.clone(), typed, typed);
        let page = OpenPerson {
            frame,
            opening,
            name: typed,
            user_name,
            number,
            number_digits,
            afresh: "/open-account",
            alert,
        };
        (format!("opening person {name}"), page.render())
    };
    let all = OpenPersonAlert { name: true, user_name_form: true, user_name_taken: false, number: true, wait: None };
    vec![
        page("fresh", "", OpenPersonAlert::default()),
        page("wrong", &values.text, all),
        page("taken", &values.text, OpenPersonAlert { user_name_taken: true, ..OpenPersonAlert::default() }),
        page(
            "too many",
            &values.text,
            OpenPersonAlert { wait: Some(Duration::from_secs(4)), ..OpenPersonAlert::default() },
        ),
    ]
}

fn key(frame: &Frame<'_>, values: &Values) -> Vec<Named> {
    let page = |name: &str, alert: Option<&OpenKeyAlert>| {
        let (opening, user_name, back) =
            (values.login.as_str(), values.text.as_str(), "/open-account/person?opening=x");
        let page = OpenKey { frame: frame.clone(), opening, user_name, passkeys: true, back, alert };
        (format!("opening key {name}"), page.render())
    };
    let refusals = [Refusal::Short(15), Refusal::Common, Refusal::Own];
    let refused = OpenKeyAlert::Password(refusals.map(|refusal| why_not(frame.lang, refusal)).into());
    vec![
        page("fresh", None),
        page("refused", Some(&refused)),
        page("passkey", Some(&OpenKeyAlert::Passkey)),
        page("other model", Some(&OpenKeyAlert::OtherModel)),
        page("name taken", Some(&OpenKeyAlert::NameTaken)),
        page("there", Some(&OpenKeyAlert::AddressTaken)),
    ]
}
