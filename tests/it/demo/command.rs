//! `motcua demo` at a terminal.

use std::net::TcpListener;

use super::Chrome;
use super::Demo;
use super::process;

/// `motcua demo --help`: "The directory that keeps people, passwords and keys from one start to the next".
#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_finds_the_same_people_who_can_sign_in() {
    let Some(chrome) = Chrome::start().await else { return };
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state");
    let first = Demo::start(&state);
    let passwords = ["khai", "lan"].map(|user_name| first.password_of(user_name));
    assert_ne!(passwords[0], passwords[1]);
    assert!(first.interrupt().0.success());
    let second = Demo::start(&state);
    assert_eq!(["khai", "lan"].map(|user_name| second.password_of(user_name)), passwords);
    let tab = chrome.fresh_tab(1280).await;
    tab.open(&format!("{}/sign-in", second.portal("province"))).await;
    tab.sign_in("lan", &passwords[1]).await;
    assert_eq!(tab.text("#who").await, "Lê Thị Lan");
    tab.close().await;
    chrome.quit().await;
}

/// `motcua demo --help`: "The address by which other devices reach this machine". Who comes by it signs in, and opens every
/// service from the start page.
#[tokio::test(flavor = "multi_thread")]
async fn another_device_comes_by_the_public_address() {
    let Some(chrome) = Chrome::start().await else { return };
    let directory = tempfile::tempdir().unwrap();
    let start = |at: usize| {
        let state = directory.path().join(at.to_string());
        Demo::start_with(&state, process::free_ports(), &["--public", "http://127.0.0.2"]).ok()
    };
    // Another test may take a port between the finding and the taking.
    let demo = (0..9).find_map(start).unwrap();
    let (door, national) = (demo.port, demo.port + 1);
    assert!(demo.said.contains(&format!("http://127.0.0.2:{door}")), "{}", demo.said);
    let tab = chrome.fresh_tab(360).await;
    tab.open(&format!("http://127.0.0.2:{national}/?lang=en")).await;
    tab.follow("#sign-in").await;
    tab.sign_in("khai", &demo.password_of("khai")).await;
    assert_eq!(tab.url().await, format!("http://127.0.0.2:{national}/me"));
    tab.open(&format!("http://127.0.0.2:{door}/")).await;
    tab.fit("en").await;
    tab.follow(".services a[href*=ministry]").await;
    assert_eq!(tab.url().await, format!("http://127.0.0.2:{}/me", door + 2));
    assert_eq!(tab.text("#who").await, "Nguyễn Thị Minh Khai");
    tab.close().await;
    chrome.quit().await;
}

/// `motcua demo --help`: the address names scheme and host, and a port if it is another.
#[test]
fn an_address_that_no_device_could_open_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    for url in ["ftp://192.0.2.1", "http://192.0.2.1/demo", "http://192.0.2.1:65531"] {
        let state = directory.path().join("state");
        let said = Demo::start_with(&state, process::free_ports(), &["--public", url]).err().unwrap();
        assert!(said.contains("--public"), "{url}: {said}");
        assert!(!state.exists(), "nothing was begun");
    }
}

/// `motcua demo --help`: "the portals take the five after it".
#[test]
fn a_port_that_is_taken_is_named() {
    let directory = tempfile::tempdir().unwrap();
    for offset in [0, 3] {
        // Another test may take the port between the finding and the taking: then others are found.
        let take = |port: u16| TcpListener::bind(("127.0.0.1", port + offset)).ok().map(|other| (port, other));
        let (port, _other) = (0..20).find_map(|_| take(process::free_ports())).unwrap();
        let said = Demo::start_at(&directory.path().join("state"), port).err().unwrap();
        assert!(said.contains(&(port + offset).to_string()) && said.contains("in use"), "{said}");
        assert!(said.contains("--port"), "it says what to do: {said}");
    }
}

/// `motcua demo --help`: "The port of the provider".
#[test]
fn a_port_without_five_after_it_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    for port in ["0", "65531", "70000"] {
        let state = directory.path().join("state");
        let refused = process::command().args(["--port", port, "--state", state.to_str().unwrap()]).output().unwrap();
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && said.contains("--port"), "{port}: {said}");
        assert!(!state.exists(), "nothing was begun");
    }
}

/// `motcua demo --help`: "The directory".
#[test]
fn a_state_directory_that_cannot_be_made_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "not a directory").unwrap();
    let said = Demo::start_at(&file.join("state"), process::free_ports()).err().unwrap();
    assert!(said.contains(file.to_str().unwrap()), "{said}");
}

/// "mail and SMS are read on a page of the demonstration": a code that was asked for arrives there, and is taken.
#[tokio::test(flavor = "multi_thread")]
async fn letters_and_text_messages_are_read_on_a_page() {
    let Some(chrome) = Chrome::start().await else { return };
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(&state.path().join("state"));
    let letters = demo.letters();
    let (tab, post) = (chrome.fresh_tab(360).await, chrome.fresh_tab(1280).await);
    post.open(letters).await;
    assert!(post.text("body").await.contains("No letter was sent yet"));
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|digit| digit.is_ascii_digit());
    for (way, address) in [("mail", "khai@songlam.example"), ("sms", "+84912000412")] {
        tab.open(&format!("{}/recovery?lang=en", demo.issuer())).await;
        tab.enter("#u", "khai").await;
        assert!(tab.look::<bool>(&format!("document.querySelector('[value={way}]').checked = true")).await);
        tab.follow("main .button").await;
        let mut code = None;
        for _ in 0..100 {
            post.open(letters).await;
            let all: Vec<String> =
                post.look("[...document.querySelectorAll('article')].map(one => one.innerText)").await;
            let theirs = all.iter().filter(|one| one.contains(address));
            code = theirs.flat_map(|one| one.split_whitespace()).find(is_code).map(str::to_owned);
            if code.is_some() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        tab.enter("#c", &code.expect("a code came")).await;
        tab.follow("main .button").await;
        assert!(tab.text("main").await.contains("come back after"), "{}", tab.text("main").await);
    }
    tab.close().await;
    post.close().await;
    chrome.quit().await;
}
