//! A headless Chromium.

use std::path::PathBuf;
use std::time::Duration;

use chromiumoxide::Browser;
use chromiumoxide::BrowserConfig;
use chromiumoxide::cdp::browser_protocol::target::CreateBrowserContextParams;
use chromiumoxide::cdp::browser_protocol::target::CreateTargetParams;
use futures_util::StreamExt;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::Tab;

pub struct Chrome {
    browser: Browser,
    events: JoinHandle<()>,
    profile: TempDir,
}

impl Chrome {
    /// Starts the browser that `CHROMIUM` names. Where there is none, a test that is not CI's is left out with a word.
    pub async fn start() -> Option<Self> {
        let program = std::env::var_os("CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
        if !program.exists() {
            assert!(std::env::var_os("CI").is_none(), "{} is missing", program.display());
            eprintln!("left out: {} is missing; CHROMIUM names another", program.display());
            return None;
        }
        let profile = tempfile::tempdir().unwrap();
        let config = BrowserConfig::builder()
            .chrome_executable(program)
            .user_data_dir(profile.path())
            .no_sandbox() // it opens pages of this program alone, and root has no sandbox
            .new_headless_mode()
            .viewport(None)
            .launch_timeout(Duration::from_secs(60))
            .args(["disable-quic", "disable-component-update", "no-proxy-server"])
            .build()
            .unwrap();
        let (browser, mut handler) = Browser::launch(config).await.unwrap();
        // Its errors are messages of a newer protocol.
        let events = tokio::spawn(async move { while handler.next().await.is_some() {} });
        Some(Self { browser, events, profile })
    }

    /// A tab of a browser that nobody has used before, `width` wide.
    pub async fn fresh_tab(&self, width: u32) -> Tab {
        let context = self.browser.create_browser_context(CreateBrowserContextParams::default()).await.unwrap();
        let blank = CreateTargetParams::builder().url("about:blank").browser_context_id(context).build().unwrap();
        Tab::new(self.browser.new_page(blank).await.unwrap(), width).await
    }

    /// Two tabs of one browser that nobody has used before.
    pub async fn two_tabs(&self, width: u32) -> [Tab; 2] {
        let context = self.browser.create_browser_context(CreateBrowserContextParams::default()).await.unwrap();
        let open = async || {
            let blank = CreateTargetParams::builder().url("about:blank").browser_context_id(context.clone()).build();
            Tab::new(self.browser.new_page(blank.unwrap()).await.unwrap(), width).await
        };
        [open().await, open().await]
    }

    pub async fn quit(mut self) {
        self.browser.close().await.unwrap();
        self.browser.wait().await.unwrap();
        self.events.await.unwrap();
        drop(self.profile);
    }
}
