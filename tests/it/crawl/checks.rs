//! What must hold of every answer that a browser is given, seen from outside of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header;
use motcua::base::secret::sha256;

use super::paper;
use super::walk;
use crate::demo::Lang;
use crate::town::Hop;
use crate::town::Page;

/// OWASP ASVS 5.0 V3.3 (cookies) and V3.4 (headers).
pub fn wrong(hop: &Hop, lang: Lang) -> Vec<String> {
    let page = &hop.page;
    let is_page = page.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    let of_page = if is_page { html(page, lang) } else { Vec::new() };
    let all = headers(page, is_page).into_iter().chain(cookies(page)).chain(of_page);
    let place = walk::route(hop).map_or_else(|| page.path(), |(method, path)| format!("{method} {path}"));
    all.map(|what| format!("{place} {}: {what}", page.status.as_u16())).collect()
}

fn headers(page: &Page, is_page: bool) -> Vec<String> {
    let mut wanted = vec![
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", if is_page { "same-origin" } else { "no-referrer" }),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ];
    if is_page {
        wanted.extend([("cross-origin-opener-policy", "same-origin"), ("content-type", "text/html; charset=utf-8")]);
    }
    // What is the same for everybody may be kept.
    let kept = ["/assets/", "/.well-known/", "/favicon.ico", "/api/v1/openapi.json"];
    if !kept.iter().any(|kept| page.path().starts_with(kept)) {
        wanted.push(("cache-control", "no-store"));
    }
    let lacks = wanted.into_iter().filter(|(name, value)| page.header(name) != Some(value));
    let mut wrong: Vec<String> = lacks.map(|(name, _)| format!("{name} is {:?}", page.header(name))).collect();
    let tells = ["server", "x-powered-by"].into_iter().filter(|name| page.header(name).is_some());
    wrong.extend(tells.map(|name| format!("{name} tells what runs here")));
    wrong.extend(policy(page, is_page));
    wrong
}

/// The policy allows what the page needs and nothing else (CSP Level 3).
fn policy(page: &Page, is_page: bool) -> Vec<String> {
    let Some(policy) = page.header("content-security-policy") else { return vec!["no policy".into()] };
    let parts: Vec<&str> = policy.split(';').map(str::trim).collect();
    let has = |part: &str| parts.contains(&part);
    let mut wrong = Vec::new();
    let needed = ["default-src 'none'", "frame-ancestors 'none'"].into_iter();
    let of_page = ["style-src 'self'", "base-uri 'none'"].into_iter().filter(|_| is_page);
    wrong.extend(needed.chain(of_page).filter(|part| !has(part)).map(|part| format!("the policy lacks {part}")));
    if policy.contains("unsafe") || policy.contains('*') {
        wrong.push(format!("the policy lets in too much: {policy}"));
    }
    let allowed = parts.iter().find_map(|part| part.strip_prefix("script-src ")).unwrap_or_default();
    let mut digests: Vec<String> = paper::scripts(page)
        .iter()
        .map(|script| format!("'sha256-{}'", STANDARD.encode(sha256(script.as_bytes()))))
        .collect();
    let mut allowed: Vec<String> = allowed.split_whitespace().map(str::to_owned).collect();
    digests.sort();
    allowed.sort();
    if is_page && digests != allowed {
        wrong.push(format!("scripts {digests:?} stand there, and {allowed:?} may run"));
    }
    wrong
}

/// RFC 6265bis §4.1.3.2, ASVS 5.0 V3.3.1 to V3.3.4.
fn cookies(page: &Page) -> Vec<String> {
    let lines = page.headers.get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap());
    let wrong = |line: &&str| {
        let cookie = cookie::Cookie::parse(line.to_string()).unwrap();
        let named = cookie.name().starts_with("__Host-") || cookie.name() == "motcua_lang";
        let closed = cookie.secure() == Some(true) && cookie.http_only() == Some(true);
        let near = cookie.same_site() == Some(cookie::SameSite::Lax);
        !(named && closed && near && cookie.path() == Some("/") && cookie.domain().is_none())
    };
    lines.filter(wrong).map(|line| format!("the cookie {line}")).collect()
}

fn html(page: &Page, lang: Lang) -> Vec<String> {
    let body = &page.body;
    let once = [("<h1>", 1), ("<main ", 1), ("<title>", 1)];
    let mut wrong: Vec<String> = once
        .into_iter()
        .filter(|(tag, count)| body.matches(tag).count() != *count)
        .map(|(tag, _)| tag.into())
        .collect();
    if !body.contains(&format!("<html lang=\"{lang}\">")) {
        wrong.push("another language".into());
    }
    if body.matches("<script").count() != paper::scripts(page).len() {
        wrong.push("a script that no digest can name".into());
    }
    let tags = body.split('<').filter_map(|part| part.split('>').next());
    let inline = tags.filter(|tag| {
        [" style=", " onclick=", " onload=", " onerror=", "javascript:"].iter().any(|part| tag.contains(part))
    });
    wrong.extend(inline.map(|tag| format!("code or looks in an attribute: {tag}")));
    wrong
}
