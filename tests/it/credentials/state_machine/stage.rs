//! Who stands on it, with what they have.

use std::time::Duration;

use motcua::config::Config;
use motcua::config::duration::Span;
use motcua::identity::assurance::Level;

use super::super::proof;
use super::super::unthrottled;
use super::Door;
use super::Presents;
use super::Presents::*;
use super::Who;
use crate::letters::NUMBER;
use crate::opening;
use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;
use crate::town::code;

pub struct Stage {
    pub town: Town,
    /// A browser with a sign-in of its own, in which nobody is signed in.
    pub stranger: Browser,
    khai: Device,
    binh: Device,
    secret: Vec<u8>,
    paper: Vec<String>,
    /// Browsers in which khai signed in by the password alone, when there was nothing else.
    waiting: Vec<Browser>,
}

/// What is presented, without the sign-in that it is presented with.
pub struct Form {
    path: &'static str,
    fields: Vec<(&'static str, String)>,
}

impl Form {
    /// The same at another page.
    pub fn on(&self, path: &'static str) -> Self {
        Self { path, fields: self.fields.clone() }
    }

    /// Sends it with the sign-in that `page` carries.
    pub async fn send(&self, browser: &mut Browser, page: &Page) -> Page {
        let login = page.hidden_value("login");
        let mut all: Vec<(&str, &str)> = self.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.push(("login", &login));
        browser.submit(self.path, &all).await
    }
}

fn choose(config: &mut Config) {
    unthrottled(config);
    opening::open(config);
    config.session.idle = Span::days(60);
    config.session.absolute = Span::days(60);
}

impl Stage {
    /// With so many sessions of khai's that can be stepped up.
    pub async fn new(sessions: usize) -> Self {
        let town = Town::with_post(choose).await;
        town.apply(&format!("[[people]]\nuser_name = \"binh\"\npassword = \"{PASSWORD}\"\n")).await;
        let (mut khai, mut binh, mut waiting) = (Device::new(), Device::new(), Vec::new());
        for _ in 0..sessions {
            let mut browser = town.browser();
            town.rp("portal").code(&mut browser, &[]).await;
            waiting.push(browser);
        }
        let mut browser = town.browser();
        town.rp("portal").code(&mut browser, &[]).await;
        browser.enrol(&mut khai).await;
        let secret = browser.add_app(town.app.clock.now()).await;
        let mut browser = town.browser();
        let page = browser.open(&town.rp("portal").url(&[])).await;
        browser.sign_in(&page, "binh").await;
        browser.enrol(&mut binh).await;
        proof(&town, "khai", Level::Two).await;
        let mut stranger = town.browser();
        stranger.open(&town.rp("portal").url(&[])).await;
        let mut stage = Self { town, stranger, khai, binh, secret, paper: Vec::new(), waiting };
        stage.take_texts().await;
        stage
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
        self.paper.last().unwrap().clone()
    }

    /// What was presented last was used.
    pub fn spend(&mut self, presents: Presents) {
        if presents == Paper {
            self.paper.pop();
        }
    }

    /// khai signs in by a password and an app's code: what was tried in vain is forgotten.
    pub async fn sign_in_whole(&mut self) {
        self.town.clock.pass(Duration::from_secs(30));
        let (mut browser, page) = self.begin(Door::Service).await;
        let page = self.present(&mut browser, &page, Password(Who::Khai)).await;
        let page = self.present(&mut browser, &page, Code).await;
        assert!(page.parameter("code").is_some(), "{}", page.body);
    }

    /// A sign-in that begins.
    pub async fn begin(&mut self, door: Door) -> (Browser, Page) {
        let portal = self.town.rp("portal");
        let (mut browser, url) = match door {
            Door::Service => (self.town.browser(), portal.url(&[])),
            Door::Oneself => (self.town.browser(), "/sign-in".to_owned()),
            Door::StepUp => (self.waiting.pop().unwrap(), portal.url(&[("acr_values", "urn:motcua:acr:2")])),
        };
        let page = browser.open(&url).await;
        assert_eq!(page.path(), door.page(door.begins_with()), "{}", page.body);
        (browser, page)
    }

    /// Another sign-in in the same browser, in which this person's password was right.
    pub async fn half(&mut self, browser: &Browser, who: Who) -> (Browser, Page) {
        let mut browser = browser.clone();
        let page = browser.open(&self.town.rp("portal").url(&[("prompt", "login")])).await;
        let page = self.present(&mut browser, &page, Password(who)).await;
        assert_eq!(page.path(), "/login/code", "{who:?}: {}", page.body);
        (browser, page)
    }

    /// Presents something on the way to a service.
    pub async fn present(&mut self, browser: &mut Browser, page: &Page, presents: Presents) -> Page {
        let form = self.form(browser, Door::Service, page, presents).await;
        form.send(browser, page).await
    }

    /// What is sent of something at a page.
    pub async fn form(&mut self, browser: &mut Browser, door: Door, page: &Page, presents: Presents) -> Form {
        let password = |name: &str, password: &str| {
            let fields = vec![("username", name.to_owned()), ("password", password.to_owned())];
            Form { path: door.sign_in(), fields }
        };
        let second = |fields| Form { path: door.second(), fields };
        match presents {
            Password(Who::Khai) => password("khai", PASSWORD),
            Password(Who::An) => password("an", PASSWORD),
            Password(Who::Binh) => password("binh", PASSWORD),
            WrongPassword => password("khai", "incorrect horse battery"),
            Code => second(vec![("otp", code(&self.secret, self.town.app.clock.now()))]),
            WrongCode => second(vec![("otp", nearly(&code(&self.secret, self.town.app.clock.now())))]),
            Text => second(self.sent(browser, door, page, str::to_owned).await),
            WrongText => second(self.sent(browser, door, page, nearly).await),
            Paper => second(vec![("otp", self.next_on_paper().await)]),
            Passkey(who) => {
                let (options, ceremony) = browser.challenge().await;
                let device = if who == Who::Khai { &mut self.khai } else { &mut self.binh };
                let fields = vec![("ceremony", ceremony), ("passkey", device.answer(&options))];
                // The page that asks for more takes a passkey as well.
                let path = if page.path() == door.second() { door.second() } else { door.sign_in() };
                Form { path, fields }
            }
            Without => second(vec![("choice", "without".to_owned())]),
        }
    }

    /// Asks for a code by SMS, and what is typed then; who proved nothing is sent none.
    async fn sent(
        &mut self,
        browser: &mut Browser,
        door: Door,
        page: &Page,
        typed: impl Fn(&str) -> String,
    ) -> Vec<(&'static str, String)> {
        let login = page.hidden_value("login");
        let asked = browser.submit(door.second(), &[("login", &login), ("text", "send")]).await;
        let Some((_, sent)) = asked.hidden().into_iter().find(|(name, _)| name == "sent") else {
            return vec![("otp", "000000".to_owned())];
        };
        let (_, code) = self.town.phone().next_code_for(NUMBER).await;
        vec![("sent", sent), ("otp", typed(&code))]
    }
}

/// A code with another last digit.
fn nearly(code: &str) -> String {
    let last = code.chars().last().and_then(|last| last.to_digit(10)).unwrap();
    format!("{}{}", &code[..code.len() - 1], (last + 5) % 10)
}
