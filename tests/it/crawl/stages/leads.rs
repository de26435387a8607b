//! Between a sign-in with a password and where it leads.

use motcua::base::day::Day;

use super::Walk;
use crate::credentials::leads::SHORT;
use crate::credentials::leads::TINY;
use crate::credentials::leads::moved;
use crate::town::PASSWORD;
use crate::town::Page;

/// The day on which the walk begins.
pub fn today() -> Option<Day> {
    Day::parse("2026-11-24")
}

impl Walk {
    /// Before the date, a passkey that is offered, and what is published of levels.
    pub(super) async fn leading(&self) {
        for page in ["/assurance", "/api", "/api/units", "/api/units/listUnits"] {
            self.browser().open(page).await;
        }
        moved(&self.town, "moved-short", SHORT).await;
        moved(&self.town, "moved-tiny", TINY).await;
        let page = self.led("moved-short", SHORT).await;
        self.says(&page, "đến hết ngày 24/11/2026", "until 24/11/2026");
        self.led("moved-tiny", TINY).await;
        let mut browser = self.browser();
        let page = browser.open("/sign-in").await;
        let typed = [("username", "an"), ("password", PASSWORD), ("makes", "1")];
        let page = browser.fill(&page, &typed).await;
        assert_eq!(page.path(), "/sign-in/lead", "{}", page.body);
        browser.fill(&page, &[("choice", "later")]).await;
        self.led("khai", PASSWORD).await;
    }

    /// After it.
    pub(super) async fn held_up(&self) {
        let page = self.led("moved-short", SHORT).await;
        self.says(&page, "ngay bây giờ", "Please do this now");
        self.led("moved-tiny", TINY).await;
    }

    async fn led(&self, name: &str, typed: &str) -> Page {
        let mut browser = self.browser();
        let page = browser.open(&self.rp("portal").url(&[])).await;
        let page = browser.fill(&page, &[("username", name), ("password", typed), ("makes", "1")]).await;
        assert_eq!(page.path(), "/login/lead", "{}", page.body);
        page
    }
}
