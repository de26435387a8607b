//! The pages of the way back in.

use std::time::Duration;

use motcua::http::pages::Frame;
use motcua::http::pages::Late;
use motcua::http::pages::Notice;
use motcua::http::pages::Recovery;
use motcua::http::pages::RecoveryAlert;
use motcua::http::pages::RecoveryCode;
use motcua::http::pages::RecoveryPassword;
use motcua::http::pages::RecoveryWait;
use motcua::http::pages::ShownWay;
use motcua::http::pages::Stop;
use motcua::http::pages::why_not;
use motcua::i18n::key;
use motcua::i18n::text;
use motcua::identity::credential::new_password::Refusal;

use super::Named;
use super::Values;

pub fn pages(frame: &Frame<'_>, values: &Values) -> Vec<Named> {
    let way = |value, chosen, late| ShownWay { value, chosen, late };
    let (late, none) = (Late { mail: true, sms: false }, Late::default());
    let all = [way("mail", false, late), way("sms", true, none), way("official", false, none)];
    let ask = |name: &str, ways: &[ShownWay], alert| {
        let username = if name == "without a name" { "" } else { &values.text };
        let page = Recovery { frame: frame.clone(), username, ways, alert };
        (format!("recovery {name}"), page.render())
    };
    let of = |name: &str| if name == "late" { late } else { none };
    let code = |name: &str, official, alert| {
        let page = RecoveryCode { frame: frame.clone(), recovery: &values.login, official, late: of(name), alert };
        (format!("recovery code {name}"), page.render())
    };
    let password = |name: &str, why_not: &[String]| {
        let page = RecoveryPassword { frame: frame.clone(), proven: &values.login, username: &values.text, why_not };
        (format!("recovery password {name}"), page.render())
    };
    let notice = |name: &str, heading, line, href: &str| {
        let say = |key| text(frame.lang, key).into_owned();
        let (heading, lines) = (say(heading), [say(line)]);
        let [sign_in, recover] = [key::SIGN_IN, key::RECOVERY].map(say);
        let action = Some((if href == "/recovery" { &*recover } else { &*sign_in }, href));
        let page = Notice { frame: frame.clone(), heading: &heading, lines: &lines, action };
        (format!("notice {name}"), page.render())
    };
    let waiting = |name: &str, until| (format!("notice {name}"), RecoveryWait { frame: frame.clone(), until }.render());
    let stop = |name: &str, heading, what| {
        let page = Stop { frame: frame.clone(), stop: &values.login, heading, what };
        (format!("stop {name}"), page.render())
    };
    let reasons = [Refusal::Short(15), Refusal::Common].map(|refusal| why_not(frame.lang, refusal));
    let wait = Duration::from_secs(30);
    vec![
        ask("fresh", &all, None),
        ask("official alone", &[way("official", true, none)], None),
        ask("without a name", &all, Some(RecoveryAlert::Incomplete)),
        ask("without a way", &[way("mail", false, none)], Some(RecoveryAlert::Incomplete)),
        code("over", true, Some(RecoveryAlert::Over)),
        ask("over", &all, Some(RecoveryAlert::Over)),
        code("sent", false, None),
        code("late", false, None),
        code("official", true, None),
        code("wrong", false, Some(RecoveryAlert::Wrong)),
        code("too many", false, Some(RecoveryAlert::TooManyTries { wait })),
        password("fresh", &[]),
        password("refused", &reasons),
        stop("recovery", key::STOP_RECOVERY, key::STOP_RECOVERY_WHAT),
        stop("added", key::STOP_ADDED, key::STOP_ADDED_WHAT),
        stop("removed", key::STOP_REMOVED, key::STOP_REMOVED_WHAT),
        stop("password", key::STOP_PASSWORD, key::STOP_PASSWORD_WHAT),
        stop("address", key::STOP_ADDRESS, key::STOP_ADDRESS_WHAT),
        stop("proofed", key::STOP_PROOFED, key::STOP_PROOFED_WHAT),
        waiting("waiting", Some("08:14 27/11/2026")),
        waiting("untold", None),
        notice("done", key::RECOVERY_DONE, key::RECOVERY_DONE_WHAT, "/sign-in"),
        notice("stopped", key::STOPPED, key::STOPPED_CHANGE, "/sign-in"),
        notice("stopped before", key::STOPPED_BEFORE, key::STOPPED_BEFORE_WHAT, "/recovery"),
        notice("stopped before, recovery", key::STOPPED_BEFORE, key::STOPPED_RECOVERY, "/sign-in"),
        notice("late", key::STOP_LATE, key::STOP_LATE_CHANGE, "/recovery"),
        notice("late, recovery", key::STOP_LATE, key::STOP_LATE_RECOVERY, "/recovery"),
        notice("stopped, recovery", key::STOPPED, key::STOPPED_RECOVERY, "/sign-in"),
        notice("stopped, password", key::STOPPED, key::STOPPED_PASSWORD, "/recovery"),
    ]
}
