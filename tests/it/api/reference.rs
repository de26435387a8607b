//! The API as people read it: pages of ours, of the same document.

use std::collections::BTreeSet;

use http::StatusCode;
use motcua::http::pages::style_sheet;
use motcua::i18n::Lang;

use crate::town::Page;
use crate::town::Town;

/// Every page below `/api`, in a language.
async fn pages(town: &Town, lang: Lang) -> Vec<(String, Page)> {
    let (mut open, mut seen) = (vec!["/api".to_owned()], BTreeSet::new());
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let page = town.get(&format!("{path}?lang={}", lang.tag())).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let links = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let below = links.filter(|link| link.starts_with("/api/") && !link.starts_with("/api/v1/"));
        open.extend(below.map(|link| link.split('?').next().unwrap().to_owned()));
        found.push((path, page));
    }
    found
}

/// "served and browsable without leaving the host": each operation of the document has its page, with all that it says;
/// pages.md: one heading, no script, 14 KiB with the style sheet.
#[tokio::test]
async fn every_operation_has_a_page_in_both_languages() {
    let town = Town::new().await;
    let document = town.get("/api/v1/openapi.json").await.json();
    for lang in Lang::all() {
        let pages = pages(&town, lang).await;
        for (path, page) in &pages {
            let html = &page.body;
            assert!(html.contains(&format!("<html lang=\"{}\">", lang.tag())), "{path}");
            assert_eq!(html.matches("<h1>").count(), 1, "{path}");
            assert!(!html.contains("<script") && !html.contains(" style="), "{path}");
            let weight = html.len() + style_sheet().len();
            assert!(weight <= 14 * 1024, "{path}: {weight}");
            let elsewhere = html.split("href=\"").skip(1).find(|link| !link.starts_with('/') && !link.starts_with('#'));
            assert_eq!(elsewhere, None, "{path}");
        }
        let mut described = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let (tag, id) = (operation["tags"][0].as_str().unwrap(), operation["operationId"].as_str().unwrap());
                let own = format!("/api/{tag}/{id}");
                let (_, page) = pages.iter().find(|(path, _)| *path == own).unwrap_or_else(|| panic!("{own}"));
                let text = page.body.replace("&#34;", "\"").replace("&#39;", "'");
                assert!(text.contains(&format!("{} {path}", method.to_uppercase())), "{own}");
                assert!(text.contains(&operation["summary"].as_str().unwrap().replace('`', "")), "{own}");
                assert!(text.contains(operation["security"][0]["office"][0].as_str().unwrap()), "{own}");
                assert!(text.contains("curl \"https://id.example/api/v1/"), "{own}: {text}");
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    assert!(text.contains(&format!("<dt>{}</dt>", parameter["name"].as_str().unwrap())), "{own}");
                }
                let headings: Vec<&str> = text.split("<h2>").filter_map(|rest| rest.split("</h2>").next()).collect();
                for status in operation["responses"].as_object().unwrap().keys() {
                    let told = headings.iter().any(|heading| heading.split([' ', ',']).any(|word| word == status));
                    assert!(told, "{own} {status}");
                }
                described += 1;
            }
        }
        let tags = pages.iter().filter(|(path, _)| path.matches('/').count() == 2).count();
        assert_eq!(pages.len(), 1 + tags + described, "nothing else has a page");
    }
    for nowhere in ["/api/nothing", "/api/units/nothing", "/api/v1"] {
        assert_eq!(town.get(nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
    town.leave().await;
}

/// A member of a member is described, and the example is one that is taken.
#[tokio::test]
async fn what_is_sent_is_described_to_its_last_member() {
    let town = Town::new().await;
    let page = town.get("/api/services/putService?lang=en").await.body;
    for said in ["<dt>name.vi</dt>", "public-task | consent", "If-Match: ", "-X PUT", "Content-Type: application/json"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    let list = town.get("/api/units/listUnits?lang=vi").await.body;
    assert!(list.contains("<dt>items</dt>") && list.contains("<dt>items.code</dt>"), "{list}");
    assert!(list.contains("Ví dụ") && list.contains("<dl class=\"claims\" lang=\"en\">"), "{list}");
    town.leave().await;
}
