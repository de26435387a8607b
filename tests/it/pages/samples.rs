//! Every page in every state, with plain, with long and with hostile values.

mod lead;
mod office;
mod opening;
mod recovery;

use std::time::Duration;

use motcua::base::zone::Zone;
use motcua::http::pages::Account;
use motcua::http::pages::AddPasskey;
use motcua::http::pages::AddTotp;
use motcua::http::pages::Asker;
use motcua::http::pages::Assurance;
use motcua::http::pages::Basis;
use motcua::http::pages::ChangePassword;
use motcua::http::pages::CloseAccount;
use motcua::http::pages::ClosedAccount;
use motcua::http::pages::ClosingAccount;
use motcua::http::pages::Consent;
use motcua::http::pages::Consents;
use motcua::http::pages::Contact;
use motcua::http::pages::Deployment;
use motcua::http::pages::Detail;
use motcua::http::pages::Ending;
use motcua::http::pages::ErrorKind;
use motcua::http::pages::ErrorPage;
use motcua::http::pages::FormPost;
use motcua::http::pages::Frame;
use motcua::http::pages::History;
use motcua::http::pages::Home;
use motcua::http::pages::Late;
use motcua::http::pages::LogoutConfirm;
use motcua::http::pages::MakeRecoveryCodes;
use motcua::http::pages::OnePasskey;
use motcua::http::pages::RecoveryCodes;
use motcua::http::pages::RemoveTotp;
use motcua::http::pages::Second;
use motcua::http::pages::SecondAlert;
use motcua::http::pages::Security;
use motcua::http::pages::SecurityAlert;
use motcua::http::pages::Select;
use motcua::http::pages::Shown;
use motcua::http::pages::ShownConsent;
use motcua::http::pages::ShownLine;
use motcua::http::pages::ShownPasskey;
use motcua::http::pages::ShownPlace;
use motcua::http::pages::ShownRecovery;
use motcua::http::pages::ShownService;
use motcua::http::pages::ShownWayOut;
use motcua::http::pages::ShownWays;
use motcua::http::pages::ShutCodes;
use motcua::http::pages::SignIn;
use motcua::http::pages::SignInAlert;
use motcua::http::pages::SignedOut;
use motcua::http::pages::StartAgain;
use motcua::http::pages::Texts;
use motcua::http::pages::Way;
use motcua::http::pages::claim_rows;
use motcua::i18n::Lang;
use motcua::i18n::say;
use motcua::identity::agency::Bilingual;
use motcua::identity::credential::new_password::Refusal;

/// A rendered page and how it came to be.
pub struct Sample {
    pub name: String,
    pub lang: Lang,
    pub html: String,
}

/// The values that strangers fill in.
pub struct Values {
    pub service: String,
    pub agency: String,
    pub person: String,
    pub text: String,
    pub login: String,
}

impl Values {
    /// As they mostly are; names carry no letter that only Vietnamese has, so that languages can be told apart.
    pub fn plain() -> Self {
        Self {
            service: "Ninh Binh 1".to_owned(),
            agency: "Hoa Lu 2".to_owned(),
            person: "Khai 3".to_owned(),
            text: "036200001234".to_owned(),
            login: "A".repeat(600),
        }
    }

    /// As long as they may be.
    pub fn long() -> Self {
        Self {
            service: "Cổng dịch vụ công trực tuyến tỉnh ".chars().cycle().take(120).collect(),
            agency: "Ủy ban nhân dân tỉnh ".chars().cycle().take(120).collect(),
            person: "Nguyễnthịminhkhai".chars().cycle().take(60).collect(),
            text: "m".repeat(254),
            login: "A".repeat(2_000),
        }
    }

    /// As nobody should write them.
    pub fn hostile() -> Self {
        let attack = r#""'><script>alert(1)</script>{{7*7}}<img src=x onerror=alert(2)>"#;
        let [service, agency, person, text, login] = std::array::from_fn(|_| attack.to_owned());
        Self { service, agency, person, text, login }
    }
}

/// The deployment of the samples, with everything that can be configured.
pub fn deployment() -> Deployment {
    Deployment {
        tokens_href: Some("/assets/tokens.css".to_owned()),
        help: Some(Contact { shown: "1900 0000".to_owned(), href: "tel:19000000".to_owned() }),
        privacy_href: Some("https://id.example/privacy".to_owned()),
        accessibility_href: Some("https://id.example/accessibility".to_owned()),
        ..Deployment::default()
    }
}

/// Every page in every state in both languages.
pub fn all(values: &Values) -> Vec<Sample> {
    let deployment = deployment();
    Lang::all().into_iter().flat_map(|lang| in_language(lang, &deployment, values)).collect()
}

fn in_language(lang: Lang, deployment: &Deployment, values: &Values) -> Vec<Sample> {
    let href = Some(format!("/somewhere?login={}&ui_locales={}", values.login, lang.other().tag()));
    let frame = Frame { lang, deployment, other_language_href: href };
    let asker = Asker {
        service: values.service.clone(),
        agency: Some(values.agency.clone()),
        host: "portal.example".to_owned(),
        initials: motcua::http::pages::initials(&values.service),
        logo: None,
        policy_uri: Some("https://portal.example/policy".to_owned()),
        tos_uri: Some("https://portal.example/terms".to_owned()),
    };
    let mut pages = sign_in(&frame, &asker, values);
    pages.extend(consent(&frame, &asker, values));
    pages.extend(errors(&frame, values));
    pages.extend(second(&frame, &asker, values));
    pages.extend(security(&frame, values));
    pages.extend(opening::pages(&frame, values));
    pages.extend(the_rest(&frame, &asker, values));
    pages.extend(account(&frame, values));
    pages.extend(lead::all(&frame, &asker, values));
    pages.extend(recovery::pages(&frame, values));
    pages.extend(office::pages(&frame, values));
    pages.into_iter().map(|(name, html)| Sample { name, lang, html }).collect()
}

type Named = (String, String);

fn sign_in(frame: &Frame<'_>, asker: &Asker, values: &Values) -> Vec<Named> {
    let wait = Duration::from_secs(30);
    let open_account = format!("/open-account?login={}", values.login);
    let page = |name: &str, asker, username, alert, reauth_as| {
        let page = SignIn {
            frame: frame.clone(),
            asker,
            form_action: "/login",
            login: &values.login,
            username,
            alert,
            passkeys: true,
            open_account: Some(&open_account),
            reauth_as,
        };
        (format!("sign-in {name}"), page.render())
    };
    let marked = Asker { logo: Some("https://portal.example/mark.png".to_owned()), ..asker.clone() };
    vec![
        page("fresh", Some(asker), "", None, None),
        page("alone", None, "", None, None),
        page("marked", Some(&marked), &values.text, None, None),
        page("refused", Some(asker), &values.text, Some(SignInAlert::Refused), None),
        page("too many", Some(asker), &values.text, Some(SignInAlert::TooManyTries { wait }), None),
        page("expired", Some(asker), &values.text, Some(SignInAlert::Expired), None),
        page("busy", Some(asker), &values.text, Some(SignInAlert::Busy { wait }), None),
        page("missing", Some(asker), "", Some(SignInAlert::MissingField), None),
        page("passkey", Some(asker), "", Some(SignInAlert::Passkey), None),
        page("signed out", Some(asker), "", Some(SignInAlert::SignedOut), None),
        page("again", Some(asker), &values.text, None, Some(values.person.as_str())),
    ]
}

fn second(frame: &Frame<'_>, asker: &Asker, values: &Values) -> Vec<Named> {
    let wait = Duration::from_secs(30);
    let page = |name: &str, asker, [code, text, passkey]: [bool; 3], alert| {
        let page = Second {
            sent: name.starts_with("sent").then_some(&values.login),
            frame: frame.clone(),
            asker,
            form_action: "/login/code",
            login: &values.login,
            ways: ShownWays {
                code,
                app: name != "paper" && code,
                paper: code && !name.starts_with("app"),
                text,
                passkey,
            },
            late: Late { mail: false, sms: name.starts_with("late") },
            out: match name {
                "paper" | "passkey" => Some(ShownWayOut::Without),
                "text" | "passkey refused" => Some(ShownWayOut::GiveUp),
                _ => None,
            },
            afresh: "/login?login=x",
            alert,
        };
        (format!("second {name}"), page.render())
    };
    vec![
        page("code", Some(asker), [true, false, false], None),
        page("paper", Some(asker), [true, false, true], Some(SecondAlert::Code)),
        page("all alone", None, [true, true, true], None),
        page("text", Some(asker), [false, true, false], None),
        page("text, passkey", Some(asker), [false, true, true], None),
        page("sent, passkey", Some(asker), [false, true, true], None),
        page("app", Some(asker), [true, false, false], None),
        page("app, wrong", Some(asker), [true, false, false], Some(SecondAlert::Code)),
        page("late", Some(asker), [true, true, false], None),
        page("late, alone", Some(asker), [false, true, false], None),
        page("sent", Some(asker), [false, true, false], None),
        page("sent, wrong", Some(asker), [true, true, false], Some(SecondAlert::Code)),
        page("not sent", Some(asker), [false, true, false], Some(SecondAlert::NotSent)),
        page("passkey", Some(asker), [false, false, true], None),
        page("wrong", Some(asker), [true, false, false], Some(SecondAlert::Code)),
        page("passkey refused", Some(asker), [true, false, true], Some(SecondAlert::Passkey)),
        page("too many", Some(asker), [true, false, true], Some(SecondAlert::TooManyTries { wait })),
        page("busy", Some(asker), [true, false, false], Some(SecondAlert::Busy { wait })),
    ]
}

fn security(frame: &Frame<'_>, values: &Values) -> Vec<Named> {
    let passkey = |n: u8, used: Option<&str>, used_from: Option<&str>| ShownPasskey {
        id: format!("0199f3e2-0000-7000-8000-00000000000{n}"),
        name: values.text.chars().take(60).collect(),
        since: "12/04/2026".to_owned(),
        used: used.map(str::to_owned),
        used_from: used_from.map(str::to_owned),
    };
    let many = [
        passkey(1, Some("13/04/2026"), Some("Chrome · Android")),
        passkey(2, Some("13/04/2026"), None),
        passkey(3, None, None),
    ];
    let page = |name: &str, passkeys: &[ShownPasskey], totp: Option<&str>, recovery_codes| {
        let totp = totp.map(str::to_owned);
        let page = Security {
            frame: frame.clone(),
            password: !passkeys.is_empty(),
            is_shut: passkeys.len() > 1,
            shut: ShutCodes { app: passkeys.len() > 1, texts: recovery_codes == 1, paper: passkeys.len() > 1 },
            takes_passkeys: true,
            passkeys,
            totp,
            texts: (recovery_codes > 0).then_some(recovery_codes == 1),
            recovery_codes,
        };
        (format!("security {name}"), page.render())
    };
    let confirm = values.login.as_str();
    let frame = || frame.clone();
    let texts = |name: &str, number, sent: bool, alert| {
        let late = Late { mail: false, sms: name == "late" };
        let page = Texts { frame: frame(), confirm, number, sent: sent.then_some(confirm), late, alert };
        (format!("texts {name}"), page.render())
    };
    let app = |name: &str, way, alert| {
        let url = "otpauth://totp/Mot%20Cua:khai?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Mot%20Cua";
        let text = "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP";
        let page = AddTotp { frame: frame(), way, confirm, offer: confirm, url, text, alert };
        (format!("app {name}"), page.render())
    };
    let add = |name: &str, alert: Option<SecurityAlert>| {
        let typed = if alert.is_some() { &many[0].name } else { "" };
        (format!("passkey add {name}"), AddPasskey { frame: frame(), confirm, name: typed, alert }.render())
    };
    let one = |name: &str, alert| {
        (format!("passkey one {name}"), OnePasskey { frame: frame(), confirm, passkey: &many[0], alert }.render())
    };
    let remove =
        |name: &str, alert| (format!("app remove {name}"), RemoveTotp { frame: frame(), confirm, alert }.render());
    let make = |name: &str, alert| {
        let page = MakeRecoveryCodes { frame: frame(), confirm, offer: confirm, alert };
        (format!("codes make {name}"), page.render())
    };
    let password = |name: &str, way, has_one, alert, why_not: &[String]| {
        let (username, least) = (&values.text, 15);
        let page = ChangePassword { frame: frame(), way, confirm, username, has_one, least, why_not, alert };
        (format!("password {name}"), page.render())
    };
    let refusals = [Refusal::Short(15), Refusal::Long, Refusal::Unseen, Refusal::Common, Refusal::Own];
    let reasons = refusals.map(|refusal| motcua::http::pages::why_not(frame().lang, refusal));
    let wait = Duration::from_secs(30);
    let way = Some(Way { action: "/login/lead", name: "login", value: confirm });
    let codes = ["0000-AAAA-1111-BBBB"; 10];
    vec![
        page("nothing", &[], None, 0),
        page("much", &many, Some("12/04/2026"), 9),
        page("one code", &[], None, 1),
        add("fresh", None),
        add("refused", Some(SecurityAlert::Refused)),
        add("other model", Some(SecurityAlert::OtherModel)),
        add("stale", Some(SecurityAlert::Stale)),
        add("known", Some(SecurityAlert::Known)),
        add("too many", Some(SecurityAlert::TooMany)),
        one("fresh", None),
        one("last", Some(SecurityAlert::Last)),
        password("change", None, true, None, &[]),
        password("set", None, false, None, &[]),
        password("wrong", None, true, Some(SecurityAlert::WrongPassword), &[]),
        password("too many", None, true, Some(SecurityAlert::TooManyTries { wait }), &[]),
        password("refused", None, true, None, &reasons),
        app("fresh", None, None),
        app("wrong", None, Some(SecurityAlert::WrongCode)),
        app("past", None, Some(SecurityAlert::Past)),
        app("on the way", way, None),
        password("on the way", way, true, None, &[]),
        remove("fresh", None),
        remove("already", Some(SecurityAlert::Already)),
        texts("fresh", Some("••••••••412"), false, None),
        texts("late", Some("••••••••412"), false, None),
        texts("sent", Some("••••••••412"), true, None),
        texts("wrong", Some("••••••••412"), true, Some(SecurityAlert::WrongText)),
        texts("not sent", Some("••••••••412"), false, Some(SecurityAlert::NotSent)),
        texts("remove", None, false, None),
        make("fresh", None),
        make("stale", Some(SecurityAlert::Stale)),
        make("past", Some(SecurityAlert::Past)),
        make("alone", Some(SecurityAlert::Alone)),
        ("codes".to_owned(), RecoveryCodes { frame: frame(), codes: &codes }.render()),
    ]
}

fn consent(frame: &Frame<'_>, asker: &Asker, values: &Values) -> Vec<Named> {
    let claims = serde_json::json!({
        "name": values.person, "birthdate": "1987-04-12", "email": "minh.khai@example.org", "email_verified": true,
        "phone_number": "+84912345412", "phone_number_verified": false, "gender": "female", "locale": "vi-VN",
        "address": {"street_address": "12 Tran Hung Dao", "locality": values.text, "country": "VN"},
    });
    let rows = claim_rows(frame.lang, &Zone::default(), claims.as_object().unwrap(), &[]);
    let more = claim_rows(frame.lang, &Zone::default(), claims.as_object().unwrap(), &["birthdate".to_owned()]);
    let usual_purpose = match frame.lang {
        Lang::Vi => "điền sẵn tờ khai, để bạn không phải khai lại",
        Lang::En => "filling in your form, so that nothing is asked twice",
    };
    let usual = serde_json::json!({
        "name": "Nguyen Thi Minh Khai", "birthdate": "1987-04-12", "phone_number": "+84912345412",
        "address": {"street_address": "12 Tran Hung Dao", "locality": "Dong Noi", "region": "Song Lam", "country": "VN"},
    });
    let usual = claim_rows(frame.lang, &Zone::default(), usual.as_object().unwrap(), &[]);
    let nothing = Shown::default();
    let page = |name: &str, basis, shown: &Shown, offline, allowed_before| {
        let page = Consent {
            frame: frame.clone(),
            asker,
            form_action: "/consent",
            login: &values.login,
            signed_in_as: &values.person,
            purpose: Some(if name == "usual" { usual_purpose } else { &values.text }),
            basis,
            shown,
            offline,
            allowed_before,
        };
        (format!("consent {name}"), page.render())
    };
    vec![
        page("share", Basis::Consent, &rows, false, false),
        page("usual", Basis::Consent, &usual, false, false),
        page("more", Basis::Consent, &more, true, true),
        page("nothing", Basis::Consent, &nothing, false, false),
        page("offline", Basis::Consent, &nothing, true, false),
        page("public offline", Basis::PublicTask, &nothing, true, false),
        page("public asked", Basis::PublicTask, &rows, false, false),
    ]
}

fn errors(frame: &Frame<'_>, values: &Values) -> Vec<Named> {
    let kinds = [
        ErrorKind::UnknownService,
        ErrorKind::UnregisteredAddress,
        ErrorKind::ExpiredSignIn,
        ErrorKind::Answered,
        ErrorKind::WrongBrowser,
        ErrorKind::Logout,
        ErrorKind::NotFound,
        ErrorKind::MethodNotAllowed,
        ErrorKind::TooLarge,
        ErrorKind::BadRequest,
        ErrorKind::Foreign,
        ErrorKind::Busy { wait: Duration::from_millis(61_500) },
        ErrorKind::Unanswered { wait: Duration::from_secs(1) },
        ErrorKind::Internal,
    ];
    let page = |name: String, kind, detail: &Detail, start_again| {
        let page = ErrorPage { frame: frame.clone(), kind, reference: "7F3K-92QD", detail, start_again };
        (name, page.render())
    };
    let detail = Detail::about("redirect_uri", &values.text).of(Some(&values.text));
    let service = Bilingual { vi: values.service.clone(), en: values.service.clone() };
    let start_again = StartAgain { service, href: "https://portal.example/begin".to_owned() };
    let mut pages: Vec<Named> =
        kinds.into_iter().map(|kind| page(format!("error {kind:?}"), kind, &detail, None)).collect();
    for kind in [ErrorKind::ExpiredSignIn, ErrorKind::Answered, ErrorKind::WrongBrowser, ErrorKind::UnregisteredAddress]
    {
        pages.push(page(format!("error restart {kind:?}"), kind, &Detail::default(), Some(&start_again)));
    }
    pages
}

fn the_rest(frame: &Frame<'_>, asker: &Asker, values: &Values) -> Vec<Named> {
    let frame = || frame.clone();
    let (login, person) = (values.login.as_str(), values.person.as_str());
    let choice = |asker| Select { frame: frame(), asker, form_action: "/login/select", login, signed_in_as: person };
    let offered = [values.service.clone(), values.agency.clone()];
    let confirm = |asked_by, offered| LogoutConfirm {
        frame: frame(),
        form_action: "/logout/confirm",
        confirm: login,
        signed_in_as: person,
        asked_by,
        offered,
    };
    let frames = [format!("https://portal.example/out?x={}", values.text)];
    let signed_out = |ending, frames, onward| SignedOut { frame: frame(), ending, frames, onward };
    let fields = [("code".to_owned(), values.login.clone()), ("state".to_owned(), values.text.clone())];
    let services = [values.service.clone(), values.agency.clone()].map(|name| ShownService {
        name,
        agency: values.agency.clone(),
        initials: "NB".to_owned(),
        href: "/services/portal/open".to_owned(),
    });
    let home = |signed_in_as, recent, others| {
        Home { frame: frame(), signed_in_as, opens_accounts: true, recent, others }.render()
    };
    let frame_without_language = Frame { other_language_href: None, ..frame() };
    let form_post = FormPost { frame: frame_without_language, action: "https://portal.example/cb", fields: &fields };
    vec![
        ("continue".to_owned(), choice(Some(asker)).render()),
        ("continue alone".to_owned(), choice(None).render()),
        ("logout confirm".to_owned(), confirm(None, &[]).render()),
        ("logout confirm choose".to_owned(), confirm(None, &offered).render()),
        ("logout confirm asked".to_owned(), confirm(Some(values.service.as_str()), &offered).render()),
        ("signed out".to_owned(), signed_out(Ending::Out, &[], None).render()),
        ("signed out telling".to_owned(), signed_out(Ending::Out, &frames, None).render()),
        ("signed out onward".to_owned(), signed_out(Ending::Out, &frames, Some(&frames[0])).render()),
        ("signed out partly".to_owned(), signed_out(Ending::Partly, &frames, Some(&frames[0])).render()),
        ("signed out nobody".to_owned(), SignedOut::nobody(frame(), None).render()),
        ("signed out nobody onward".to_owned(), SignedOut::nobody(frame(), Some(&frames[0])).render()),
        ("home".to_owned(), home(Some(person), &[], &[])),
        ("home services".to_owned(), home(Some(person), &services, &services)),
        ("home nobody".to_owned(), home(None, &[], &[])),
        ("home nobody services".to_owned(), home(None, &[], &services)),
        ("assurance".to_owned(), Assurance { frame: frame() }.render()),
        ("form post".to_owned(), form_post.render()),
    ]
}

/// The account, what services may receive, and what happened.
fn account(frame: &Frame<'_>, values: &Values) -> Vec<Named> {
    let confirm = values.login.as_str();
    let told = |vi: &str, en: &str| if frame.lang == Lang::Vi { vi.to_owned() } else { en.to_owned() };
    let held = [&values.service, &values.agency].map(|name| ShownConsent {
        client_id: "portal".to_owned(),
        name: name.clone(),
        agency: Some(values.agency.clone()),
        initials: "NB".to_owned(),
        lines: vec![told("Được nhận: họ và tên, email.", "May receive: full name, email."), "12/04/2026".to_owned()],
    });
    let consents = |services, by_law| {
        Consents { frame: frame.clone(), form_action: "/consents", confirm, services, by_law }.render()
    };
    let claims = serde_json::json!({"name": values.person, "birthdate": "1987-04-12", "email": "khai@example.org"});
    let rows = claim_rows(frame.lang, &Zone::default(), claims.as_object().unwrap(), &[]).rows;
    let places = [None, Some("0196f3a2")].map(|id| ShownPlace {
        id: id.map(str::to_owned),
        device: "Chrome · Android".to_owned(),
        what: told("Từ 08:14 27/11/2026, 3 dịch vụ", "Since 08:14 27/11/2026, 3 services"),
    });
    let recoveries = [
        say::account_recovery_from(frame.lang, "08:14 27/11/2026"),
        say::account_recovery_until(frame.lang, "08:14 28/11/2026"),
    ];
    let recoveries = recoveries.map(|what| ShownRecovery { what, stop: confirm.to_owned() });
    let account = |level: Option<&str>, places, services| {
        let name = values.person.as_str();
        let closes = level.map(|_| "24/12/2026");
        let recoveries: &[ShownRecovery] = if level.is_some() { &[] } else { &recoveries };
        let (letters, is_official) = (Some(frame.lang), level.is_some());
        let (frame, rows) = (frame.clone(), &rows);
        let years = 5;
        let page = Account {
            frame,
            confirm,
            name,
            level,
            rows,
            places,
            services,
            years,
            recoveries,
            letters,
            is_official,
            closes,
        };
        page.render()
    };
    let line = ShownLine {
        what: told("Đăng nhập", "Signed in"),
        service: Some(values.service.clone()),
        details: vec![told("Được nhận: họ và tên.", "May receive: full name."), "Chrome · Android".to_owned()],
        at: "08:14 27/11/2026".to_owned(),
    };
    let services = [("portal".to_owned(), values.service.clone()), ("clinic".to_owned(), values.agency.clone())];
    let earlier = format!("/account/history?client={}", values.login);
    let history = |lines, earlier| {
        let (client, month, between) = ("clinic", "2026-11", ["01/11/2026", "30/11/2026"]);
        History { frame: frame.clone(), services: &services, client, month, lines, between, earlier }.render()
    };
    let bare = line.clone();
    let lines = [line, ShownLine { service: None, details: Vec::new(), ..bare }];
    let (frame, day) = (|| frame.clone(), "24/12/2026");
    let carried = ("login", confirm);
    vec![
        ("close".to_owned(), CloseAccount { frame: frame(), confirm, days: 30, years: 5 }.render()),
        ("closing".to_owned(), ClosingAccount { frame: frame(), form_action: "/login/closing", carried, day }.render()),
        ("closed".to_owned(), ClosedAccount { frame: frame(), day }.render()),
        ("agreed".to_owned(), consents(&held, &[])),
        ("agreed by law".to_owned(), consents(&held[..1], &held[1..])),
        ("agreed nothing".to_owned(), consents(&[], &[])),
        ("account".to_owned(), account(None, &places, &held)),
        ("account alone".to_owned(), account(Some(values.text.as_str()), &places[..1], &[])),
        ("history".to_owned(), history(&lines, Some(earlier.as_str()))),
        ("history nothing".to_owned(), history(&[], None)),
    ]
}
