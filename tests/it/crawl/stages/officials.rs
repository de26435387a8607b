//! Officials at work: where they act, what they ask of one another, and what they may not.

use std::time::Duration;

use motcua::base::time::Timestamp;
use motcua::flows::admin::rights;
use motcua::flows::admin::rights::Given;
use motcua::identity::assurance::Level;
use motcua::identity::audit::By;
use motcua::identity::authority::Role;
use motcua::identity::authority::Wanted;
use uuid::Uuid;

use super::Walk;
use crate::api::give;
use crate::authority::country;
use crate::authority::scope;
use crate::credentials::proof;
use crate::office::holder;
use crate::town::Browser;
use crate::town::Device;
use crate::town::PASSWORD;
use crate::town::Page;

const ADMINISTRATOR: Role = Role::UnitAdministrator;

impl Walk {
    /// Two officials, of whom one asks and the other decides.
    pub(super) async fn officials(&self) {
        country::found(&self.town.app.db).await;
        let (mut oanh, mut key) = self.appointed("oanh", &[(ADMINISTRATOR, "101"), (Role::Auditor, "202")]).await;
        let (mut phu, mut other) = self.appointed("phu", &[(ADMINISTRATOR, "01")]).await;
        self.let_in_nobody().await;
        self.sits_down(&mut phu, &mut other).await;
        self.sits_down(&mut oanh, &mut key).await;
        let page = oanh.open("/office").await;
        let office = format!("unit:{}", country::unit("101").0);
        let page = oanh.fill(&page, &[("office", &office)]).await;
        self.says(&page, "Bạn làm việc tại", "You work at");
        for path in ["/office/pending", "/office/rights", "/office/audit", "/office/audit?month=2001-01", "/account"] {
            oanh.open(path).await;
        }
        self.mistakes_of_officials(&mut oanh).await;
        let asked = self.asks(&mut oanh, "an", "district/101").await;
        self.says(&asked, "Bạn là người đề nghị", "You asked for this");
        let page = phu.open(&asked.url).await;
        phu.open("/office/pending").await;
        phu.fill(&page, &[("decision", "approve"), ("reason", " ")]).await;
        for _ in 0..2 {
            self.town.clock.pass(Duration::from_secs(8 * 60));
            phu.open("/office/pending").await;
            oanh.open("/office").await;
        }
        let stale = phu.open(&asked.url).await;
        self.says(&stale, "Đăng nhập lại", "Sign in once more");
        let again = phu.open(&format!("/sign-in?to=pending&id={}", asked.parameter("id").unwrap())).await;
        let page = phu.use_passkey(&again, &mut other).await;
        let done = phu.fill(&page, &[("decision", "approve"), ("reason", "it is needed")]).await;
        self.says(&done, "đã phê duyệt", "approved");
        let late = phu.fill(&page, &[("decision", "refuse"), ("reason", "too late")]).await;
        assert_eq!(late.status, 409, "{}", late.body);
        let again = oanh.open("/office/rights/give").await;
        oanh.use_passkey(&again, &mut key).await;
        let asked = self.asks(&mut oanh, "an", "district/101").await;
        let page = phu.open(&asked.url).await;
        let done = phu.fill(&page, &[("decision", "refuse"), ("reason", "it is not needed")]).await;
        self.says(&done, "đã từ chối", "refused");
        let asked = self.asks(&mut oanh, "cuc", "district/101").await;
        oanh.fill(&asked, &[("decision", "refuse"), ("reason", "a mistake")]).await;
        self.takes(&mut phu).await;
        self.finds(&mut oanh, &mut phu).await;
        let record = oanh.open("/office/audit").await;
        let href = record.body.split("href=\"/office/audit?person=").nth(1).unwrap().split('"').next().unwrap();
        let one = oanh.open(&format!("/office/audit?person={href}")).await;
        self.says(&one, "liên quan đến một người", "what concerns one person");
    }

    /// Who is no official, and who is not known surely enough.
    async fn let_in_nobody(&self) {
        self.town.apply(&format!("[[people]]\nuser_name = \"quy\"\npassword = \"{PASSWORD}\"\n")).await;
        let weak = self.signed_in("quy").await.open("/office").await;
        self.says(&weak, "Cần đăng nhập chắc chắn hơn", "Sign in more surely");
        let (mut nobody, mut key) = self.appointed("rang", &[]).await;
        let page = self.sits_down(&mut nobody, &mut key).await;
        self.says(&page, "Bạn không có thẩm quyền cán bộ", "You have no rights as an official");
    }

    async fn mistakes_of_officials(&self, oanh: &mut Browser) {
        let page = oanh.open("/office/rights/give").await;
        let good = [("person", "an"), ("role", "registrar"), ("unit", "district/101"), ("reason", "because")];
        for (name, value) in [
            ("person", "nobody-here"),
            ("unit", "district/999"),
            ("unit", "district/202"),
            ("role", "national-operator"),
            ("branch", "none"),
            ("agency", "none"),
            ("until", "2001-01-01"),
            ("reason", ""),
        ] {
            let mut fields: Vec<(&str, &str)> = good.iter().copied().filter(|(own, _)| *own != name).collect();
            fields.push((name, value));
            assert!(oanh.fill(&page, &fields).await.status.is_client_error(), "{name} {value}");
        }
        let alone = [("person", "an"), ("role", "national-operator"), ("unit", ""), ("reason", "because")];
        assert_eq!(oanh.fill(&page, &alone).await.status, 400);
        oanh.open("/office/pending/one?id=0199f3e2-0000-7000-8000-000000000001").await;
    }

    /// Somebody who cannot sign in is found, and let in again.
    async fn finds(&self, oanh: &mut Browser, phu: &mut Browser) {
        let rai = format!(
            "[[people]]\nuser_name = \"rai\"\nidentity_number = \"036187004321\"\npassword = \"{PASSWORD}\"\n\
             [people.claims]\nname = \"Rai\"\n"
        );
        self.town.apply(&rai).await;
        let page = oanh.open("/office/people").await;
        let sought = |number| [("by", "number"), ("sought", number), ("purpose", "recovery"), ("reason", "a call")];
        oanh.fill(&page, &sought("036187009999")).await;
        oanh.fill(&page, &[("by", "phone"), ("sought", "half"), ("purpose", "recovery"), ("reason", "a call")]).await;
        let found = oanh.fill(&page, &sought("036187004321")).await;
        let cannot = oanh.fill(&found, &[("decision", "recover"), ("reason", "a call")]).await;
        assert_eq!(cannot.status, 409, "{}", cannot.body);
        proof(&self.town, "rai", Level::One).await;
        oanh.fill(&page, &sought("036187004321")).await;
        proof(&self.town, "rai", Level::Two).await;
        oanh.fill(&page, &sought("036187004321")).await;
        oanh.fill(&found, &[("decision", "sign-out"), ("reason", "a call")]).await;
        let asked = oanh.fill(&found, &[("decision", "recover"), ("reason", "a call")]).await;
        let page = phu.open(&asked.url).await;
        phu.fill(&page, &[("decision", "approve"), ("reason", "it is needed")]).await;
        let page = oanh.open(&asked.url).await;
        oanh.fill(&page, &[("decision", "carry-out"), ("reason", "a call")]).await;
    }

    /// A right that may be given on until a day, and is taken away.
    async fn takes(&self, phu: &mut Browser) {
        let page = phu.open("/office/rights/give").await;
        let fields = [("person", "an"), ("role", "registrar"), ("unit", "district/101"), ("until", "2098-06-30")];
        let fields = [fields.as_slice(), &[("delegate", "yes"), ("reason", "a task")]].concat();
        phu.fill(&page, &fields).await;
        let (app, now) = (&self.town.app, self.town.app.clock.now());
        let given = given_until(self, now).await;
        let page = phu.open(&format!("/office/rights/one?id={given}")).await;
        phu.fill(&page, &[("reason", "")]).await;
        phu.fill(&page, &[("reason", "it is over")]).await;
        assert!(rights::revoke(app, &By::machine(), given, now).await.unwrap().is_err(), "it is taken away already");
    }

    async fn asks(&self, browser: &mut Browser, whom: &str, unit: &str) -> Page {
        let page = browser.open("/office/rights/give").await;
        let fields = [("person", whom), ("role", "registrar"), ("unit", unit), ("reason", "help at the desk")];
        let page = browser.fill(&page, &fields).await;
        assert_eq!(page.path(), "/office/pending/one", "{}", page.body);
        page
    }

    /// Goes to work, where a passkey is asked for.
    async fn sits_down(&self, browser: &mut Browser, device: &mut Device) -> Page {
        let page = browser.open("/office").await;
        assert_eq!(page.path(), "/sign-in/code", "{}", page.body);
        browser.use_passkey(&page, device).await
    }

    /// Somebody known in person who has these rights, signed in by a password, with a passkey in a device.
    async fn appointed(&self, name: &str, rights: &[(Role, &str)]) -> (Browser, Device) {
        self.town.apply(&format!("[[people]]\nuser_name = \"{name}\"\npassword = \"{PASSWORD}\"\n")).await;
        proof(&self.town, name, Level::Two).await;
        for (role, bounds) in rights {
            give(&self.town, holder(&self.town, name).await, *role, bounds).await;
        }
        let (mut browser, mut device) = (self.signed_in(name).await, Device::new());
        self.passkey(&mut browser, &mut device).await;
        (browser, device)
    }
}

async fn given_until(walk: &Walk, now: Timestamp) -> Uuid {
    let wanted = Wanted {
        holder: holder(&walk.town, "an").await,
        role: Role::Auditor,
        scope: scope("101"),
        may_delegate: true,
        from: now,
        until: Some(now + Duration::from_secs(86_400)),
    };
    let by = By::machine().because("a test");
    match rights::grant(&walk.town.app, &by, &[wanted], None, now).await.unwrap() {
        Ok(Given::Rights(ids)) => ids[0],
        Ok(Given::Pending(_)) | Err(_) => panic!("not given"),
    }
}
