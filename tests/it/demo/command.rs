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
    let passwords = ["khai", "an"].map(|user_name| first.password_of(user_name));
    assert_ne!(passwords[0], passwords[1]);
    assert!(first.interrupt().0.success());
    let second = Demo::start(&state);
    assert_eq!(["khai", "an"].map(|user_name| second.password_of(user_name)), passwords);
    let tab = chrome.fresh_tab(1280).await;
    tab.open(&format!("{}/sign-in", second.portal("province"))).await;
    tab.sign_in("an", &passwords[1]).await;
    assert_eq!(tab.text("#who").await, "Trần Văn An");
    tab.close().await;
    chrome.quit().await;
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
