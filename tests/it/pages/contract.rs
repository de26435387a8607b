//! The UI contract of `conformance/oidf.md`, and what single pages must or must not have.

use std::time::Duration;

use motcua::http::pages::Deployment;
use motcua::http::pages::Detail;
use motcua::http::pages::ErrorKind;
use motcua::http::pages::ErrorPage;
use motcua::http::pages::Frame;
use motcua::http::pages::sending;
use motcua::i18n::Lang;

use super::samples::Sample;
use super::samples::Values;
use super::samples::all;

fn some(prefix: &str) -> Vec<Sample> {
    let samples: Vec<Sample> =
        all(&Values::plain()).into_iter().filter(|sample| sample.name.starts_with(prefix)).collect();
    assert!(!samples.is_empty(), "{prefix}");
    samples
}

fn has(sample: &Sample, parts: &[&str]) {
    for part in parts {
        assert!(sample.html.contains(part), "{} lacks {part}", sample.name);
    }
}

#[test]
fn the_sign_in_page_has_the_fields_that_automatic_browsers_fill() {
    for sample in some("sign-in") {
        has(
            &sample,
            &[
                r#"<form method="post" action="/login""#,
                r#"<input type="hidden" name="login" value="AAAA"#,
                r#"<input id="u" name="username" type="text""#,
                r#"<input id="p" name="password" type="password""#,
                r#"autocomplete="username webauthn" autocapitalize="none" spellcheck="false""#,
                r#"autocomplete="current-password""#,
                r#"<button class="button" type="submit">"#,
            ],
        );
    }
}

#[test]
fn an_alert_comes_first_in_the_card_focused_and_in_the_title() {
    for sample in some("sign-in") {
        let alerted = ["refused", "too many", "expired", "busy", "missing", "sign-in passkey", "signed out"]
            .iter()
            .any(|s| sample.name.ends_with(s));
        let title = if sample.lang == Lang::Vi { "<title>Lỗi: " } else { "<title>Error: " };
        assert_eq!(sample.html.contains(title), alerted, "{}", sample.name);
        let card = sample.html.split(r#"<div class="card">"#).nth(1).unwrap().trim_start();
        let alert = r#"<div class="alert" role="alert" tabindex="-1" autofocus>"#;
        assert_eq!(card.starts_with(alert), alerted, "{}", sample.name);
    }
}

#[test]
fn what_was_typed_stays_but_the_password() {
    for sample in some("sign-in refused") {
        has(&sample, &[r#"value="036200001234""#, r#"aria-invalid="true" aria-describedby="pw""#]);
        let password = sample.html.split(r#"<input id="p""#).nth(1).unwrap().split('>').next().unwrap();
        assert!(!password.contains("value="));
    }
}

#[test]
fn a_throttled_person_reads_how_long_to_wait_and_what_else_to_do() {
    let [vi, en] = some("sign-in too many").try_into().ok().unwrap();
    has(&vi, &["Hãy đợi 30 giây", "Tài khoản không bị khóa", "hoặc chọn “Tôi không đăng nhập được”", "1900 0000"]);
    has(&en, &["Wait 30 seconds", "The account is not locked", "or choose “I cannot sign in”", "1900 0000"]);
}

/// A page that asks for patience says why, wherever tries are counted.
#[test]
fn who_tried_too_often_reads_so() {
    let pages = ["second too many", "password too many", "recovery code too many", "opening person too many"];
    for sample in pages.into_iter().flat_map(some) {
        let why =
            if sample.lang == Lang::Vi { "Đã có quá nhiều lần thử." } else { "There were too many tries." };
        has(&sample, &[why]);
    }
}

#[test]
fn digits_are_typed_where_no_code_from_paper_is_taken() {
    for sample in all(&Values::plain()).into_iter().filter(|sample| sample.name.starts_with("second ")) {
        let Some(field) = sample.html.split(r#"name="otp""#).nth(1) else { continue };
        let digits = ["second app", "second app, wrong", "second sent", "second sent, passkey"];
        let expected = digits.contains(&sample.name.as_str());
        assert_eq!(field.split('>').next().unwrap().contains("numeric"), expected, "{}", sample.name);
    }
}

#[test]
fn a_page_of_passkeys_keeps_the_name_and_shows_nothing_that_cannot_be_done() {
    for sample in some("passkey add refused") {
        has(&sample, &[r#"value="036200001234""#, "make-passkey"]);
    }
    for sample in some("passkey add too many") {
        has(&sample, &[r#"<a class="button" href="/account/security">"#]);
        assert!(!sample.html.contains("<form"), "{}", sample.name);
    }
    for (name, is_offered) in [("passkey one fresh", true), ("passkey one last", false)] {
        assert!(some(name).iter().all(|sample| sample.html.contains(r#"id="remove""#) == is_offered), "{name}");
    }
}

/// The same name once more would be refused once more.
#[test]
fn whose_user_name_was_taken_is_led_to_choose_another() {
    for sample in some("opening key name taken") {
        has(&sample, &[r#"<a class="button" href="/open-account/person?opening=x">"#, "036200001234"]);
        assert!(!sample.html.contains("<form"), "{}", sample.name);
    }
}

#[test]
fn who_is_signed_in_already_is_led_back_and_to_no_help() {
    for sample in some("error ") {
        let (answered, restart) = (sample.name.contains("Answered"), sample.name.starts_with("error restart"));
        assert_eq!(sample.html.contains("1900 0000.</p>"), !answered, "{}", sample.name);
        let says = |vi: &str, en: &str| sample.html.contains(if sample.lang == Lang::Vi { vi } else { en });
        assert_eq!(says("Trở lại Ninh Binh", "Return to Ninh Binh"), answered && restart, "{}", sample.name);
    }
}

#[test]
fn the_sign_in_page_shows_who_asks() {
    for sample in some("sign-in fresh") {
        has(
            &sample,
            &["Ninh Binh 1", "Hoa Lu 2", "portal.example", r#"href="https://portal.example/policy" rel="noreferrer""#],
        );
    }
    for sample in some("sign-in marked") {
        has(
            &sample,
            &[r#"<img class="mark" src="https://portal.example/mark.png" alt="""#, r#"referrerpolicy="no-referrer""#],
        );
    }
}

#[test]
fn the_choice_of_an_account_has_its_two_answers() {
    for sample in some("continue") {
        has(
            &sample,
            &[
                r#"action="/login/select""#,
                r#"id="continue" name="choice" value="continue">"#,
                r#"name="choice" value="another">"#,
                "Khai 3",
            ],
        );
    }
}

#[test]
fn the_consent_page_has_allow_and_deny() {
    for sample in some("consent") {
        has(
            &sample,
            &[
                r#"<form method="post" action="/consent""#,
                r#"<input type="hidden" name="login" value="AAAA"#,
                r#"type="submit" id="allow" name="decision" value="allow">"#,
                r#"type="submit" id="deny" name="decision" value="deny">"#,
                "Ninh Binh 1",
                "Khai 3",
            ],
        );
    }
}

#[test]
fn the_consent_page_shows_values_partly_hidden() {
    for sample in some("consent share") {
        has(&sample, &["12/04/1987", "m•••@\u{200b}example.org", "09••\u{a0}•••\u{a0}412"]);
        assert!(!sample.html.contains("Tran Hung Dao") && !sample.html.contains("minh.khai"));
    }
}

#[test]
fn a_public_task_tells_of_the_law_and_asks_only_for_the_rest() {
    let [vi, en] = some("consent public offline").try_into().ok().unwrap();
    has(&vi, &["Pháp luật cho phép Hoa Lu 2", "Khi bạn vắng mặt"]);
    has(&en, &["The law allows Hoa Lu 2", "While you are away"]);
}

#[test]
fn the_logout_page_has_its_button_and_a_way_back() {
    for sample in some("logout confirm") {
        has(
            &sample,
            &[
                r#"<form method="post" action="/logout/confirm""#,
                r#"<input type="hidden" name="confirm" value="AAAA"#,
                r#"<button class="button" type="submit" id="logout-confirm">"#,
                r#"<a class="button quiet" href="/">"#,
                "Khai 3",
            ],
        );
    }
}

#[test]
fn services_to_stay_at_are_boxes_without_a_tick() {
    for sample in some("logout confirm choose").into_iter().chain(some("logout confirm asked")) {
        for (at, service) in ["Ninh Binh 1", "Hoa Lu 2"].into_iter().enumerate() {
            let field = format!(
                r#"<label for="s{at}"><input id="s{at}" name="stay-{at}" value="yes" type="checkbox"><bdi>{service}"#
            );
            has(&sample, &[field.as_str()]);
        }
    }
}

#[test]
fn the_last_page_moves_on_only_when_everything_was_left() {
    for sample in some("signed out") {
        let moves = sample.html.contains(r#"<meta http-equiv="refresh" content="2;url=https://portal.example/out"#);
        assert_eq!(moves, sample.name == "signed out onward", "{}", sample.name);
        let complete = sample.html.contains(r#"<a class="button quiet" href="/logout">"#);
        assert_eq!(complete, sample.name == "signed out partly", "{}", sample.name);
    }
    for sample in some("signed out telling").into_iter().chain(some("signed out onward")) {
        has(&sample, &[r#"<iframe src="https://portal.example/out?x=036200001234" hidden sandbox=""#]);
    }
}

#[test]
fn the_account_ends_sign_ins_elsewhere_and_gives_everything_away_by_form_alone() {
    for sample in some("account") {
        has(
            &sample,
            &[
                r#"<form id="f" method="post" action="/account/sessions"><input type="hidden" name="confirm" value="AAAA"#,
                r#"form="f" formaction="/account/export">"#,
                r#"href="/account/history""#,
            ],
        );
        // Nobody ends the sign-in in which they read the page, and nobody ends others where there are none.
        let (ends, alone) = (sample.html.matches(r#"name="end""#).count(), sample.name == "account alone");
        assert_eq!(ends, if alone { 0 } else { 2 }, "{}", sample.name);
        assert!(alone || sample.html.contains(r#"form="f" name="end" value="0196f3a2" aria-label=""#));
        assert_eq!(sample.html.contains(r#"name="end" value="others""#), !alone);
    }
}

#[test]
fn the_history_is_looked_up_by_address_alone() {
    for sample in some("history") {
        has(
            &sample,
            &[
                r#"<form method="get" action="/account/history">"#,
                r#"<select id="s" name="client"><option value="">"#,
                r#"<option value="clinic" selected>"#,
                r#"<input id="m" name="month" type="month" value="2026-11""#,
            ],
        );
        assert_eq!(sample.html.contains(r#"id="earlier" href="/account/history?client="#), sample.name == "history");
    }
}

#[test]
fn what_the_law_gives_has_no_button_to_withdraw() {
    for sample in some("agreed by law") {
        assert_eq!(sample.html.matches(r#"name="client""#).count(), 1);
        assert_eq!(sample.html.matches(r#"<li class="row">"#).count(), 2);
    }
}

#[test]
fn only_the_pages_of_sign_in_and_of_a_new_password_have_a_password_field() {
    for sample in all(&Values::plain()) {
        let asks = ["sign-in", "password ", "recovery password ", "opening key"];
        let asks = asks.iter().any(|own| sample.name.starts_with(own))
            && !["opening key there", "opening key name taken"].contains(&sample.name.as_str());
        assert_eq!(sample.html.contains("type=\"password\""), asks, "{}", sample.name);
    }
}

/// What keeps passwords for people takes the field before the new password as the name of whose it is; it is there to be read
/// by programs alone, and is not sent. "Password Form Styles that Chromium Understands": a page without a field for the name has
/// one that is hidden.
#[test]
fn a_new_password_stands_beside_the_name_of_whose_it_is() {
    for sample in all(&Values::plain()) {
        let Some((before, _)) = sample.html.split_once(r#"autocomplete="new-password""#) else { continue };
        let form = before.rsplit_once("<form").unwrap().1;
        let name = form.split("<input").find(|input| input.contains(r#"autocomplete="username""#));
        let name = name.unwrap_or_else(|| panic!("{} lacks the name", sample.name));
        let (is_shown, value) = (name.contains("readonly"), name.contains(r#"value="036200001234""#));
        assert!(value && (is_shown || name.contains(" hidden>")) && !name.contains("name="), "{}: {name}", sample.name);
    }
}

#[test]
fn an_error_page_has_its_reference_and_the_reason() {
    for sample in some("error ") {
        has(&sample, &["<code>7F3K-92QD</code>"]);
        let restart = sample.name.starts_with("error restart");
        // In a fold, in English: what a person at the counter need not read.
        let fold = sample.html.split("<details").nth(1);
        assert_eq!(fold.is_some(), !restart, "{}", sample.name);
        for part in ["<dt>client_id</dt>", "<dt>parameter</dt>", "<dd>redirect_uri</dd>", "036200001234", "7F3K-92QD"] {
            assert!(fold.is_none_or(|fold| fold.contains(part) && fold.contains(r#"lang="en""#)), "{}", sample.name);
        }
    }
}

#[test]
fn an_error_page_has_a_way_on() {
    for sample in some("error ") {
        let (service, logout) = (sample.name.starts_with("error restart"), sample.name == "error Logout");
        let href = if service {
            "https://portal.example/begin"
        } else if logout {
            "/logout"
        } else if sample.name.starts_with("error Unanswered") {
            "/account/history"
        } else {
            "/"
        };
        has(&sample, &[&format!(r#"<a class="button" href="{href}">"#), r#"href="/">"#]);
    }
    for sample in some("error restart") {
        has(&sample, &["Ninh Binh 1</a>"]);
    }
}

#[test]
fn a_wait_is_never_told_shorter_than_it_is() {
    let deployment = Deployment::default();
    for (millis, vi, en) in [
        (0, "1 giây", "1 second,"),
        (1_001, "2 giây", "2 seconds,"),
        (60_000, "1 phút", "1 minute,"),
        (61_000, "2 phút", "2 minutes,"),
        (3_600_000, "1 giờ", "1 hour,"),
        (3_601_000, "2 giờ", "2 hours,"),
    ] {
        for (lang, words) in [(Lang::Vi, vi), (Lang::En, en)] {
            let frame = Frame { lang, deployment: &deployment, other_language_href: None };
            let kind = ErrorKind::Busy { wait: Duration::from_millis(millis) };
            let html =
                ErrorPage { frame, kind, reference: "1", detail: &Detail::default(), start_again: None }.render();
            assert!(html.contains(words), "{millis} {words}");
        }
    }
}

#[test]
fn the_form_post_page_carries_its_fields_and_one_script_known_by_its_digest() {
    for sample in some("form post") {
        has(
            &sample,
            &[
                r#"<form method="post" action="https://portal.example/cb">"#,
                r#"<input type="hidden" name="code" value="AAAA"#,
                r#"<input type="hidden" name="state" value="036200001234">"#,
                r#"<button class="button" type="submit">"#,
                "<script>document.forms[0].submit()</script>",
            ],
        );
    }
    assert_eq!(sending(), "'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='");
}
