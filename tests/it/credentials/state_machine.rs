//! "A generated test tries every step from every state, in every order, twice, from another browser, for another person:
//! nothing is skipped, nothing counts twice."

use std::time::Duration;

use super::unthrottled;
use crate::letters::NUMBER;
use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::code;

/// What may be presented. khai has a password, an app and a passkey; an has a password alone, binh a passkey beside one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presents {
    Password(Who),
    WrongPassword,
    Code,
    /// The code that was taken last in another sign-in.
    SpentCode,
    WrongCode,
    Passkey(Who),
    /// What khai's passkey answered in another sign-in.
    SpentPasskey,
    /// In another browser, whatever it is.
    Elsewhere,
    /// A code that is sent to khai's telephone for it.
    Text,
    /// One that was sent to another browser of khai's, and used there.
    SpentText,
    WrongText,
    /// One that is sent for it, in another browser.
    TextElsewhere,
    /// A recovery code from khai's paper.
    Paper,
    /// The one that was used last.
    SpentPaper,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Khai,
    An,
    Binh,
}

use Presents::*;

const ALL: [Presents; 11] = [
    Password(Who::Khai),
    Password(Who::An),
    Password(Who::Binh),
    WrongPassword,
    Code,
    SpentCode,
    WrongCode,
    Passkey(Who::Khai),
    Passkey(Who::Binh),
    SpentPasskey,
    Elsewhere,
];

/// What the second test tries: codes that are sent and codes on paper, among what else there is.
const CODES: [Presents; 10] = [
    Password(Who::Khai),
    Password(Who::An),
    Code,
    Passkey(Who::Khai),
    Text,
    SpentText,
    WrongText,
    TextElsewhere,
    Paper,
    SpentPaper,
];

/// What the sign-in has come to, as this test sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Nothing,
    /// This person's password was right, and they have more to show.
    Half(Who),
    /// They are signed in, by these methods.
    Done(Who, &'static str),
}

/// The rules, said once more in one place.
fn after(state: State, presents: Presents) -> State {
    match (state, presents) {
        (State::Done(..), _) => state,
        (_, Password(Who::An)) => State::Done(Who::An, "pwd"),
        (_, Password(who)) => State::Half(who),
        (State::Nothing, Passkey(who)) => State::Done(who, "hwk mfa user"),
        (State::Half(first), Passkey(who)) if first == who => State::Done(who, "hwk mfa pwd user"),
        (State::Half(Who::Khai), Code | Paper) => State::Done(Who::Khai, "mfa otp pwd"),
        (State::Half(Who::Khai), Text) => State::Done(Who::Khai, "mfa pwd sms"),
        (state, _) => state,
    }
}

struct Stage {
    town: Town,
    khai: Device,
    binh: Device,
    secret: Vec<u8>,
    spent: String,
    spent_answer: (String, String),
    /// What was sent and its code, when it was used.
    spent_text: [(String, String); 2],
    paper: Vec<String>,
    spent_paper: String,
    /// What was presented last: where, and what beside the sign-in.
    last: (&'static str, Vec<(String, String)>),
}

impl Stage {
    async fn new() -> Self {
        let town = Town::with_post(unthrottled).await;
        town.apply(&format!("[[people]]\nuser_name = \"binh\"\npassword = \"{PASSWORD}\"\n")).await;
        let (mut khai, mut binh) = (Device::new(), Device::new());
        let mut browser = town.browser();
        town.rp("portal").code(&mut browser, &[]).await;
        browser.enrol(&mut khai).await;
        let now = town.app.clock.now();
        let secret = browser.add_app(now).await;
        let mut browser = town.browser();
        let page = browser.open(&town.rp("portal").url(&[])).await;
        browser.sign_in(&page, "binh").await;
        browser.enrol(&mut binh).await;
        let spent_answer = (String::new(), String::new());
        let spent_text = [otp("000000"), otp("000000")];
        let (paper, spent_paper, last) = (Vec::new(), String::new(), ("", Vec::new()));
        Self { spent: code(&secret, now), spent_answer, town, khai, binh, secret, spent_text, paper, spent_paper, last }
    }

    /// khai chooses codes by SMS as well.
    async fn take_texts(&mut self) {
        let mut browser = self.signed_in().await;
        let page = browser.open("/account/texts").await;
        let page = browser.fill(&page, &[]).await;
        let (_, code) = self.town.phone().next_code_for(NUMBER).await;
        assert_eq!(browser.fill(&page, &[("otp", &code)]).await.path(), "/account/security");
    }

    /// A browser in which khai is signed in of late, by the passkey.
    async fn signed_in(&mut self) -> Browser {
        let mut browser = self.town.browser();
        let page = browser.open("/sign-in?to=security").await;
        assert_eq!(browser.use_passkey(&page, &mut self.khai).await.path(), "/account/security");
        browser
    }

    /// The next code on khai's paper; where none is left, new ones are made.
    async fn next_on_paper(&mut self) -> String {
        if self.paper.is_empty() {
            let mut browser = self.signed_in().await;
            let page = browser.open("/account/recovery-codes").await;
            let page = browser.fill(&page, &[]).await;
            let codes = page.body.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned());
            self.paper = codes.collect();
        }
        self.paper.pop().unwrap()
    }

    /// khai signs in whole: a hundred wrong tries in a row would end what is tried here.
    async fn start_afresh(&mut self) {
        self.town.clock.pass(Duration::from_secs(30));
        let mut browser = self.town.browser();
        let page = browser.open(&self.town.rp("portal").url(&[])).await;
        let page = self.present(&mut browser, &page, Password(Who::Khai)).await;
        let page = self.present(&mut browser, &page, Code).await;
        assert!(page.parameter("code").is_some(), "{}", page.body);
        self.spent = code(&self.secret, self.town.app.clock.now());
        let mut browser = self.town.browser();
        let page = browser.open(&self.town.rp("portal").url(&[])).await;
        let (options, ceremony) = browser.challenge().await;
        let (login, answer) = (page.hidden_value("login"), self.khai.answer(&options));
        self.spent_answer = (ceremony, answer);
        let (ceremony, answer) = &self.spent_answer;
        let done = browser.submit("/login", &[("login", &login), ("ceremony", ceremony), ("passkey", answer)]).await;
        assert!(done.parameter("code").is_some(), "{}", done.body);
    }

    /// Presents something with the sign-in that `page` carries.
    async fn present(&mut self, browser: &mut Browser, page: &Page, presents: Presents) -> Page {
        let login = page.hidden_value("login");
        let (path, fields) = self.made(browser, page, presents).await;
        self.last = (path, fields.clone());
        let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.push(("login", &login));
        match presents {
            Elsewhere | TextElsewhere => self.town.browser().submit(path, &all).await,
            _ => browser.submit(path, &all).await,
        }
    }

    /// Where it is presented, and what beside the sign-in.
    async fn made(
        &mut self,
        browser: &mut Browser,
        page: &Page,
        presents: Presents,
    ) -> (&'static str, Vec<(String, String)>) {
        let password = |name: &str, password: &str| {
            [("username".to_owned(), name.to_owned()), ("password".to_owned(), password.to_owned())].to_vec()
        };
        match presents {
            Password(Who::Khai) => ("/login", password("khai", PASSWORD)),
            Password(Who::An) => ("/login", password("an", PASSWORD)),
            Password(Who::Binh) => ("/login", password("binh", PASSWORD)),
            WrongPassword => ("/login", password("khai", "incorrect horse battery")),
            Code | Elsewhere => ("/login/code", vec![otp(&code(&self.secret, self.town.app.clock.now()))]),
            SpentCode => ("/login/code", vec![otp(&self.spent)]),
            WrongCode => ("/login/code", vec![otp("12345")]),
            Passkey(who) => {
                let (options, ceremony) = browser.challenge().await;
                let device = if who == Who::Khai { &mut self.khai } else { &mut self.binh };
                (asking(page), answered(ceremony, device.answer(&options)))
            }
            SpentPasskey => {
                let (ceremony, answer) = self.spent_answer.clone();
                (asking(page), answered(ceremony, answer))
            }
            Text | TextElsewhere => ("/login/code", self.sent(browser, page, None).await),
            WrongText => ("/login/code", self.sent(browser, page, Some("12345")).await),
            SpentText => ("/login/code", self.spent_text.to_vec()),
            Paper => ("/login/code", vec![otp(&self.next_on_paper().await)]),
            SpentPaper => ("/login/code", vec![otp(&self.spent_paper)]),
        }
    }

    /// What was presented last was used.
    fn spend(&mut self, presents: Presents) {
        let (_, fields) = &self.last;
        match (presents, fields.as_slice()) {
            (Code, _) => self.spent = code(&self.secret, self.town.app.clock.now()),
            (Text, [sent, code]) => self.spent_text = [sent.clone(), code.clone()],
            (Paper, [(_, code)]) => self.spent_paper = code.clone(),
            other => panic!("{other:?}"),
        }
    }

    /// Asks for a code by SMS, and what is typed then; who proved nothing is sent none.
    async fn sent(&mut self, browser: &mut Browser, page: &Page, typed: Option<&str>) -> Vec<(String, String)> {
        let login = page.hidden_value("login");
        let asked = browser.submit("/login/code", &[("login", &login), ("text", "send")]).await;
        let Some(sent) = asked.hidden().into_iter().find(|(name, _)| name == "sent") else {
            return vec![otp(typed.unwrap_or("000000"))];
        };
        let (_, code) = self.town.phone().next_code_for(NUMBER).await;
        vec![sent, otp(typed.unwrap_or(&code))]
    }
}

fn otp(code: &str) -> (String, String) {
    ("otp".to_owned(), code.to_owned())
}

/// The page that asks for more takes a passkey as well.
fn asking(page: &Page) -> &'static str {
    if page.path() == "/login/code" { "/login/code" } else { "/login" }
}

fn answered(ceremony: String, answer: String) -> Vec<(String, String)> {
    vec![("ceremony".to_owned(), ceremony), ("passkey".to_owned(), answer)]
}

/// Every three steps, each sent twice, from the same beginning.
#[tokio::test]
async fn every_step_in_every_order_proves_what_it_proves_and_nothing_twice() {
    let mut stage = Stage::new().await;
    try_all(&mut stage, &ALL, Duration::from_secs(30)).await;
    stage.town.leave().await;
}

/// The same with the second factors that are sent, or lie on paper.
#[tokio::test]
async fn codes_that_are_sent_or_lie_on_paper_prove_what_they_prove_and_nothing_twice() {
    let mut stage = Stage::new().await;
    stage.take_texts().await;
    // Five are sent in an hour.
    try_all(&mut stage, &CODES, Duration::from_secs(3600)).await;
    stage.town.leave().await;
}

async fn try_all(stage: &mut Stage, all: &[Presents], between: Duration) {
    let portal = stage.town.rp("portal");
    for first in all.iter().copied() {
        for second in all.iter().copied() {
            stage.start_afresh().await;
            for third in all.iter().copied() {
                // A new time step: the code before is spent.
                stage.town.clock.pass(between);
                let mut browser = stage.town.browser();
                let mut page = browser.open(&portal.url(&[])).await;
                let (mut state, mut done, steps) = (State::Nothing, None, [first, second, third]);
                for presents in steps {
                    if matches!(state, State::Done(..)) {
                        break;
                    }
                    state = after(state, presents);
                    let before = browser.clone();
                    let answer = stage.present(&mut browser, &page, presents).await;
                    let context = format!("{steps:?} at {presents:?}: {state:?}, {} {}", answer.url, answer.body);
                    match state {
                        State::Done(..) => {
                            done = Some(answer.parameter("code").unwrap_or_else(|| panic!("{context}")));
                            if matches!(presents, Code | Text | Paper) {
                                stage.spend(presents);
                                twice(stage, &before, &page, &context).await;
                            }
                        }
                        State::Nothing | State::Half(_) => {
                            assert!(answer.parameter("code").is_none(), "{context}");
                            if answer.status == 200 && ![Elsewhere, TextElsewhere, WrongPassword].contains(&presents) {
                                assert_eq!(
                                    answer.path() == "/login/code",
                                    matches!(state, State::Half(_)),
                                    "{context}"
                                );
                                page = answer;
                            }
                        }
                    }
                }
                let Some(done) = done else { continue };
                let State::Done(who, methods) = state else { unreachable!() };
                let redeemed = portal.redeem(&done, &[]).await;
                assert_eq!(redeemed.status, 200, "{steps:?}: {}", redeemed.body);
                let claims = Tokens(redeemed.json()).claims();
                let amr: Vec<&str> =
                    claims["amr"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
                assert_eq!(amr.join(" "), methods, "{steps:?}");
                assert_eq!(who_is(&stage.town, &mut browser).await, who, "{steps:?}");
            }
        }
    }
}

/// The same form once more by the same browser leads to the same place; the same code in another sign-in leads nowhere.
async fn twice(stage: &mut Stage, before: &Browser, page: &Page, context: &str) {
    let (path, fields) = stage.last.clone();
    let send = async |browser: &mut Browser, page: &Page| {
        let login = page.hidden_value("login");
        let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.push(("login", &login));
        browser.submit(path, &all).await
    };
    let again = send(&mut before.clone(), page).await;
    assert!(again.parameter("code").is_some(), "twice, {context}: {}", again.body);
    let mut other = stage.town.browser();
    let begun = other.open(&stage.town.rp("portal").url(&[])).await;
    let half = stage.present(&mut other, &begun, Password(Who::Khai)).await;
    let refused = send(&mut other, &half).await;
    assert!(refused.parameter("code").is_none() && refused.path() == "/login/code", "elsewhere, {context}");
}

async fn who_is(town: &Town, browser: &mut Browser) -> Who {
    let page = browser.open("/").await;
    assert_eq!(page.status, 200);
    match page.body {
        body if body.contains("Minh Khai") => Who::Khai,
        body if body.contains("Văn An") => Who::An,
        body if body.contains("binh") => Who::Binh,
        body => panic!("nobody at {}: {body}", town.config.server.issuer),
    }
}

/// "at most 100 consecutive failures of one password …, which then needs recovery, while passkeys go on".
#[tokio::test]
async fn after_a_hundred_wrong_tries_a_password_opens_nothing_and_a_passkey_does() {
    let mut stage = Stage::new().await;
    let portal = stage.town.rp("portal");
    let begin = async |browser: &mut Browser| browser.open(&portal.url(&[])).await;
    let mut browser = stage.town.browser();
    let page = begin(&mut browser).await;
    for _ in 0..99 {
        stage.present(&mut browser, &page, WrongPassword).await;
    }
    // A right one in between: the count starts anew, but only when the sign-in ends.
    let half = stage.present(&mut browser, &page, Password(Who::Khai)).await;
    assert_eq!(half.path(), "/login/code");
    stage.town.clock.pass(Duration::from_secs(30));
    assert!(stage.present(&mut browser, &half, Code).await.parameter("code").is_some());
    let mut browser = stage.town.browser();
    let page = begin(&mut browser).await;
    for _ in 0..100 {
        stage.present(&mut browser, &page, WrongPassword).await;
    }
    super::guessing::counted(&stage.town).await;
    let refused = stage.present(&mut browser, &page, Password(Who::Khai)).await;
    assert_eq!(refused.path(), "/login", "{}", refused.body);
    assert!(stage.present(&mut browser, &page, Passkey(Who::Khai)).await.parameter("code").is_some());
    stage.town.leave().await;
}
