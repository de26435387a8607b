//! `motcua demo` at a terminal.

use std::net::IpAddr;
use std::net::TcpListener;
use std::net::UdpSocket;

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

/// `motcua demo --help`: "The address by which other devices reach this machine": by it the whole demonstration works, plain http
/// as it is: start page, sign-in, portals, sign-out.
#[tokio::test(flavor = "multi_thread")]
async fn another_device_opens_the_demonstration() {
    let Some(chrome) = Chrome::start().await else { return };
    let directory = tempfile::tempdir().unwrap();
    let Some(address) = own_address() else { return };
    let demo = (0..9).find_map(|_| {
        let (state, public) = (directory.path().join("state"), format!("http://{address}"));
        Demo::start_with(&state, process::free_ports(), &["--public", &public]).ok()
    });
    let demo = demo.expect("six free ports in a row");
    let at = |after: u16| format!("http://{address}:{}", demo.port + after);
    assert!(demo.said.contains(&at(0)) && demo.said.contains(&at(5)), "{}", demo.said);
    let tab = chrome.fresh_tab(360).await;
    tab.open(&at(0)).await;
    tab.follow("#sign-in").await;
    tab.sign_in("khai", &demo.password_of("khai")).await;
    assert_eq!((tab.url().await, tab.count(".services a").await), (format!("{}/", at(0)), 5));
    tab.follow(".services a[href='/services/ministry/open']").await;
    tab.follow("#sign-in").await;
    assert_eq!(tab.url().await, format!("{}/me", at(2)));
    tab.follow("#open-commune").await;
    assert_eq!((tab.url().await, tab.text("#who").await), (format!("{}/me", at(4)), "Nguyễn Thị Minh Khai".to_owned()));
    tab.follow("#sign-out-everywhere").await;
    tab.follow("#logout-confirm").await;
    tab.arrives(&format!("{}/?out", at(4))).await;
    tab.open(&at(2)).await;
    assert_eq!(tab.count("#sign-in").await, 1, "the ministry knows who was there");
    tab.close().await;
    chrome.quit().await;
}

/// An address of this machine that is not its loopback, if it has one.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    // Nothing is sent: the kernel says from which address it would be.
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().unwrap().ip()).filter(|address| !address.is_loopback())
}

/// `motcua demo --help`: "The address by which other devices reach this machine, such as http://192.168.1.20".
#[test]
fn an_address_that_is_none_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    for public in ["ftp://a.example", "http://a.example/path", "http://a.example:65531", "a.example"] {
        let state = directory.path().join("state");
        let arguments = ["--public", public, "--state", state.to_str().unwrap()];
        let refused = process::command().args(arguments).output().unwrap();
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && said.contains("--public"), "{public}: {said}");
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
