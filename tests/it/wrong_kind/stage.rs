//! Two services that differ in nothing but their names, and everybody else who issues or presents something.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::time::Duration;

use motcua::base::secret::Secret;
use motcua::base::secret::base64url;
use motcua::base::secret::sha256;
use motcua::config::Config;
use motcua::config::claims_sources::ClaimsSource;
use motcua::config::claims_sources::Mode;
use motcua::config::registration::Policy;
use motcua::config::registration::StatementIssuer;
use motcua::flows::admin::declaration::file::PersonDeclaration;
use motcua::flows::admin::people;
use motcua::flows::admin::recovery;
use motcua::flows::admin::recovery::Opened;
use motcua::identity::agency::Bilingual;
use motcua::identity::assurance::Level;
use motcua::identity::authority::Role;
use motcua::jose::jwa::Algorithm;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::Whose;
use crate::api::API;
use crate::api::give;
use crate::api::given;
use crate::credentials::proof;
use crate::office::holder;
use crate::town::Browser;
use crate::town::Device;
use crate::town::OwnKey;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Town;

pub const RECORDS: &str = "https://api.example/records";
pub const HEALTH: &str = "https://health.example/claims";
pub const REGISTRY: &str = "https://registry.example";
/// Where both services want people back: an address tells them apart no more than a key.
const DOOR: &str = "https://door.example/cb";
pub const INITIAL: &str = "sesame";
pub const SESSION: &str = "__Host-motcua_session";
pub const BROWSER: &str = "__Host-motcua_browser";
pub const DEVICE: &str = "__Host-motcua_device";

/// A code that came by SMS.
#[derive(Clone)]
pub struct Texted {
    /// To whom.
    pub name: String,
    pub code: String,
    /// Where it is presented.
    pub own: Browser,
}

pub struct Stage {
    pub town: Town,
    /// One key for all that somebody else signs: no signature tells two kinds apart.
    pub key: OwnKey,
    /// khai is signed in here.
    pub browser: RefCell<Browser>,
    /// And here, in another browser.
    pub elsewhere: RefCell<Browser>,
    /// And here, to sign out.
    pub leaver: RefCell<Browser>,
    /// A sign-in in progress in [`Self::browser`].
    pub login: RefCell<String>,
    /// What the device cookies of an and of khai are.
    pub devices: RefCell<[String; 2]>,
    /// binh is signed in here, and there as well.
    pub binh: [RefCell<Browser>; 2],
    /// The passkey of binh lies here.
    pub device: RefCell<Device>,
    /// What was given to browsers with each challenge.
    pub challenges: RefCell<BTreeMap<String, Value>>,
    /// What came by SMS, with each value that a page carries of it.
    pub texts: RefCell<BTreeMap<String, Texted>>,
    /// Somebody who has codes by SMS.
    pub texter: RefCell<String>,
    /// An account that will be, for which a challenge was made last.
    pub account: RefCell<String>,
    /// Somebody guesses the password of an on this page, and must wait.
    pub guesser: RefCell<Option<(Browser, Page)>>,
    /// What a client that registered itself was told.
    pub registered: RefCell<Value>,
    /// The client that registered itself and is no more.
    pub removed: RefCell<String>,
}

impl Stage {
    pub async fn new() -> Self {
        let key = OwnKey::new(Algorithm::Es256, "1");
        let town = Town::with_post(choose).await;
        town.apply(&declaration(&key)).await;
        for id in ["desk", "mill"] {
            given(&town, id, Role::Auditor, "").await;
        }
        for id in ["desk", "mill"] {
            town.outside.put(&told_at(id), "");
        }
        town.outside.put(&format!("{REGISTRY}/jwks"), OwnKey::published(&[&key]));
        let (browser, leaver, elsewhere) = (town.browser(), town.browser(), town.browser());
        let stage = Self {
            binh: [town.browser().into(), town.browser().into()],
            town,
            key,
            browser: browser.into(),
            leaver: leaver.into(),
            elsewhere: elsewhere.into(),
            login: RefCell::default(),
            devices: RefCell::default(),
            device: Device::new().into(),
            challenges: RefCell::default(),
            texts: RefCell::default(),
            texter: RefCell::default(),
            account: RefCell::default(),
            guesser: RefCell::default(),
            registered: RefCell::default(),
            removed: RefCell::default(),
        };
        let mut browser = stage.town.browser();
        let page = browser.open(&stage.rp(Whose::Own).url(&[])).await;
        browser.sign_in(&page, "binh").await;
        let mut device = Device::new();
        browser.enrol(&mut device).await;
        stage.device.replace(device);
        proof(&stage.town, "binh", Level::Two).await;
        give(&stage.town, holder(&stage.town, "binh").await, Role::UnitAdministrator, "").await;
        *stage.texter.borrow_mut() = stage.with_texts().await.0;
        stage.arrive().await;
        stage
    }

    /// Everything that ends by itself ends; then people come again.
    pub async fn pass(&self) {
        self.town.live(Duration::from_secs(2 * 3600)).await;
        self.town.heartbeat().await;
        self.arrive().await;
        self.besiege().await;
    }

    async fn arrive(&self) {
        for browser in [&self.browser, &self.leaver, &self.elsewhere] {
            let mut own = browser.borrow().clone();
            self.rp(Whose::Own).code(&mut own, &[]).await;
            *browser.borrow_mut() = own;
        }
        *self.login.borrow_mut() = self.login_in(&self.browser).await;
        *self.registered.borrow_mut() = self.register().await;
    }

    /// an signs in, and then somebody guesses until he must wait.
    async fn besiege(&self) {
        let (mut known, mut guesser) = (self.town.browser(), self.town.browser());
        let url = self.rp(Whose::Own).url(&[]);
        let page = known.open(&url).await;
        known.sign_in(&page, "an").await;
        let khai = self.browser.borrow().cookies[DEVICE].clone();
        *self.devices.borrow_mut() = [known.cookies[DEVICE].clone(), khai];
        let page = guesser.open(&url).await;
        while guess(&mut guesser, &page).await {}
        *self.guesser.borrow_mut() = Some((guesser, page));
    }

    /// `desk` is who presents; `mill` is the other.
    pub fn rp(&self, whose: Whose) -> RelyingParty {
        let mut rp = self.town.rp(whose.of("desk", "mill")).with_key(&self.key);
        rp.redirect_uri = DOOR.to_owned();
        rp
    }

    pub fn browser(&self) -> Browser {
        self.browser.borrow().clone()
    }

    /// Somebody new: their name and id.
    async fn somebody(&self, claims: Value) -> (String, Uuid) {
        let user_name = format!("new-{}", Uuid::new_v4());
        let person = PersonDeclaration {
            user_name: user_name.clone(),
            identity_number: None,
            password: Some(Secret::new(PASSWORD.to_owned())),
            password_hash: None,
            claims: claims.as_object().unwrap().clone(),
        };
        let id = people::add(&self.town.app, &person, self.town.app.clock.now()).await.unwrap().unwrap();
        (user_name, id)
    }

    /// Somebody new who has a telephone: name, number, and two browsers in which they are signed in.
    pub async fn with_phone(&self) -> (String, String, Browser, Browser) {
        let number = format!("+8490{:07}", Uuid::new_v4().as_u128() % 10_000_000);
        let (name, _) = self.somebody(json!({"phone_number": number, "phone_number_verified": true})).await;
        let (mut one, mut other) = (self.town.browser(), self.town.browser());
        for browser in [&mut one, &mut other] {
            self.second_step(browser, &name).await;
        }
        (name, number, one, other)
    }

    /// The same, who has codes by SMS from now on.
    pub async fn with_texts(&self) -> (String, String, Browser, Browser) {
        let (name, number, mut one, other) = self.with_phone().await;
        let page = one.open("/account/texts").await;
        let page = one.fill(&page, &[]).await;
        let page = one.fill(&page, &[("otp", &self.texted(&number).await)]).await;
        assert_eq!(page.path(), "/account/security", "{}", page.body);
        self.town.clock.pass(Duration::from_micros(1)); // the next code is a later one
        (name, number, one, other)
    }

    /// Somebody types their password: the page that follows.
    pub async fn second_step(&self, browser: &mut Browser, name: &str) -> Page {
        let page = browser.open("/sign-in").await;
        browser.fill(&page, &[("username", name), ("password", PASSWORD)]).await
    }

    /// The code that came to a number.
    pub async fn texted(&self, number: &str) -> String {
        self.town.phone().next_code_for(number).await.1
    }

    /// Somebody new whom an official lets in again: their name, id and code.
    pub async fn let_in(&self) -> (String, Uuid, String) {
        let (app, now) = (&self.town.app, self.town.app.clock.now());
        let (user_name, id) = self.somebody(json!({})).await;
        proof(&self.town, &user_name, Level::Two).await;
        let Opened::Code(code, _) = recovery::open(app, &user_name, now).await.unwrap() else { panic!("no code") };
        (user_name, id, code.expose().to_owned())
    }

    /// A browser of binh, who signs in there once more.
    pub async fn binh_at(&self, whose: Whose) -> Browser {
        let place = whose.of(&self.binh[0], &self.binh[1]);
        let mut browser = place.borrow().clone();
        let page = browser.open(&self.rp(Whose::Own).url(&[("prompt", "login")])).await;
        let mut device = self.device.replace(Device::new());
        browser.use_passkey(&page, &mut device).await;
        self.device.replace(device);
        *place.borrow_mut() = browser.clone();
        browser
    }

    /// A sign-in that somebody began in `browser` and that waits for a decision.
    pub async fn login_in(&self, browser: &RefCell<Browser>) -> String {
        let mut own = browser.borrow().clone();
        let page = own.open(&self.rp(Whose::Own).url(&[("prompt", "consent")])).await;
        page.parameter("login").unwrap_or_else(|| panic!("no sign-in at {}: {}", page.url, page.body))
    }

    /// What a client is told that registers now.
    pub async fn register(&self) -> Value {
        let page = self.town.send_json("POST", "/register", Some(INITIAL), &least()).await;
        assert_eq!(page.status, 201, "{}", page.body);
        page.json()
    }
}

/// Types a wrong password for an; whether it was heard.
pub async fn guess(browser: &mut Browser, page: &Page) -> bool {
    let fields = [("username", "an"), ("password", "wrong")];
    browser.fill(page, &fields).await.status != 429
}

/// An address that no account has, another one each time.
pub fn nobodys() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("n{}@dongnoi.example", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The least that a client can say.
pub fn least() -> Value {
    json!({"redirect_uris": ["https://rp.example/cb"]})
}

/// Where a service is told of sign-outs.
pub fn told_at(id: &str) -> String {
    format!("https://{id}.example/out")
}

fn choose(config: &mut Config) {
    config.accounts.open = true;
    config.accounts.puzzle_bits = 0;
    config.accounts.hourly_free = u32::MAX;
    config.registration.policy = Policy::InitialAccessToken;
    config.registration.hourly_updates = 0;
    config.registration.initial_access_tokens = vec![base64url(&sha256(INITIAL.as_bytes()))];
    let jwks_uri = Some(format!("{REGISTRY}/jwks"));
    config.registration.software_statement_issuers =
        vec![StatementIssuer { issuer: REGISTRY.into(), jwks_uri, jwks: None }];
    let label = Bilingual { vi: "y tế".into(), en: "health".into() };
    config.claims_sources = vec![ClaimsSource {
        name: "health".into(),
        client: "insurer".into(),
        endpoint: HEALTH.into(),
        mode: Mode::Distributed,
        claims: BTreeMap::from([("insured_until".to_owned(), label.clone())]),
        label,
    }];
}

fn declaration(key: &OwnKey) -> String {
    let service = |id: &str| {
        format!(
            "[[clients]]\nclient_id = \"{id}\"\nservice = \"licences\"\nprofile = \"oidc\"\n\
             redirect_uris = [\"{DOOR}\"]\nresources = [\"{RECORDS}\", \"{API}\"]\n\
             grant_types = [\"authorization_code\", \"refresh_token\", \"client_credentials\"]\n\
             scope = \"openid profile offline_access health records:read api:branches.look\"\n\
             post_logout_redirect_uris = [\"https://{id}.example/bye\"]\nbackchannel_logout_uri = \"{}\"\n\
             userinfo_signed_response_alg = \"ES256\"\ntoken_endpoint_auth_method = \"private_key_jwt\"\n{}\n",
            told_at(id),
            OwnKey::declared(&[key])
        )
    };
    let methods = ["basic", "post"].map(|method| keeper("desk", method, "") + &keeper("mill", method, ""));
    let insurer = format!(
        "[[clients]]\nclient_id = \"insurer\"\nsecrets = [\"insurer-secret-of-a-test-that-is-long-enough\"]\n\
         grant_types = []\nprotected_resources = [\"{HEALTH}\"]\n"
    );
    let branch =
        |code: &str| format!("[[branches]]\ncode = \"{code}\"\nname = {{ vi = \"{code}\", en = \"{code}\" }}\n");
    let branches = ["health", "justice"].map(branch).concat();
    let binh = format!("[[people]]\nuser_name = \"binh\"\npassword = \"{PASSWORD}\"\n");
    service("desk") + &service("mill") + &methods.concat() + &insurer + &branches + &binh
}

/// The declaration of a client that keeps a secret, with what is put before its ordinary one.
pub fn keeper(owner: &str, method: &str, former: &str) -> String {
    format!(
        "[[clients]]\nclient_id = \"{owner}-{method}\"\nservice = \"licences\"\nscope = \"openid profile records:read\"\n\
         grant_types = [\"authorization_code\", \"client_credentials\"]\n\
         redirect_uris = [\"https://{owner}-{method}.example/cb\"]\ntoken_endpoint_auth_method = \"client_secret_{method}\"\n\
         secrets = [{former}\"{owner}-{method}-secret-of-a-test-that-is-long-enough\"]\n"
    )
}
