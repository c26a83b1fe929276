//! The project's own theme and texts, and a merchant's folder over them.

use std::{collections::BTreeSet, path::Path};

use kernel::Locale;

use super::harness::{default_theme, write};
use crate::{Pages, Theme};

fn keys(locale: &str) -> BTreeSet<String> {
    let theme = default_theme();
    let folder = format!("translations/{locale}/");
    let files = theme.paths().into_iter().filter(|path| path.starts_with(&folder));
    let mut keys = BTreeSet::new();
    for path in files {
        let source = theme.file(&path).unwrap().text().unwrap().to_owned();
        let resource =
            fluent_bundle::FluentResource::try_new(source).unwrap_or_else(|(_, errors)| panic!("{path}: {errors:?}"));
        for entry in resource.entries() {
            if let fluent_syntax::ast::Entry::Message(message) = entry {
                assert!(
                    keys.insert(message.id.name.to_owned()),
                    "{path} has {} a second time",
                    message.id.name
                );
            }
        }
    }
    keys
}

#[test]
fn every_text_exists_in_every_language() {
    let english = keys("en");
    for locale in Locale::ALL {
        let other = keys(locale.code());
        let difference: Vec<_> = english.symmetric_difference(&other).collect();
        assert!(
            difference.is_empty(),
            "these keys are not in both en and {locale}: {difference:?}"
        );
    }
}

#[test]
fn every_text_a_template_names_exists_and_every_template_parses() {
    let theme = default_theme();
    let english = keys("en");
    for path in theme
        .paths()
        .into_iter()
        .filter(|path| path.ends_with(".html") || path.ends_with(".txt"))
    {
        let source = theme.file(&path).unwrap().text().unwrap().to_owned();
        if let Err(error) = minijinja::Environment::new().template_from_named_str(&path, &source) {
            panic!("{path}: {error}");
        }
        for (before, after) in source
            .match_indices("t(\"")
            .map(|(at, start)| (source.get(..at), source.get(at + start.len()..)))
        {
            let is_call = before
                .and_then(|text| text.chars().last())
                .is_none_or(|last| !last.is_alphanumeric() && last != '_');
            let key = after.and_then(|text| text.split('"').next()).unwrap_or_default();
            let is_whole = after.is_some_and(|text| !text.get(key.len()..).unwrap_or_default().starts_with("\" ~"));
            assert!(
                !is_call || !is_whole || english.contains(key),
                "{path} names the text {key:?}, which does not exist"
            );
        }
    }
}

#[test]
fn no_page_needs_inline_script_or_style_and_every_asset_exists() {
    let theme = default_theme();
    let paths = theme.paths();
    let is_page = |path: &&String| path.ends_with(".html") && !path.starts_with("email/");
    for path in paths.iter().filter(is_page) {
        let source = theme.file(path).unwrap().text().unwrap().to_owned();
        for banned in [
            " style=",
            "<style",
            "<script>",
            "javascript:",
            " onclick=",
            " onchange=",
            " onsubmit=",
            " onload=",
        ] {
            assert!(
                !source.contains(banned),
                "{path} has {banned:?}, which the content security policy stops"
            );
        }
        for after in source.split("asset(\"").skip(1) {
            let (folder, name) = after.split('"').next().unwrap().split_once('/').unwrap();
            assert!(
                paths.contains(&format!("{folder}/assets/{name}")),
                "{path} names the asset {folder}/{name}"
            );
        }
    }
}

fn small_theme(default: &Path, merchant: &Path) -> Pages {
    Pages::load(Theme::folders(default, default.join("translations")).overridden_by(merchant))
}

#[test]
fn a_merchants_file_wins_unless_it_has_a_mistake() {
    let (default, merchant) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(
        default.path(),
        &[
            ("storefront/a.html", "built-in a"),
            ("storefront/b.html", "built-in b"),
            ("storefront/c.html", "built-in c {{ t(\"greeting\") }}"),
            ("storefront/d.html", "built-in d {% block words %}plain{% endblock %}"),
            ("translations/en/storefront.ftl", "greeting = Hello\nbye = Bye"),
        ],
    );
    write(
        merchant.path(),
        &[
            ("storefront/a.html", "merchant's a"),
            ("storefront/b.html", "{% if %}"),
            ("storefront/c.html", "\n{{ nothing.of.that.name }}"),
            (
                "storefront/d.html",
                "{% extends \"built-in/storefront/d.html\" %}{% block words %}{{ super() }} and mine{% endblock %}",
            ),
            ("translations/en/storefront.ftl", "greeting = Howdy"),
        ],
    );
    let pages = small_theme(default.path(), merchant.path());
    let render = |name: &str| pages.render(Locale::EN, name, &()).unwrap();
    assert_eq!(render("storefront/a.html"), "merchant's a");
    assert_eq!(render("storefront/b.html"), "built-in b");
    assert_eq!(render("storefront/c.html"), "built-in c Howdy");
    assert_eq!(render("storefront/d.html"), "built-in d plain and mine");
    let places = || {
        let all = pages.mistakes().into_iter();
        all.map(|mistake| format!("{}:{}", mistake.file, mistake.line))
            .collect::<Vec<_>>()
    };
    assert_eq!(places(), ["storefront/b.html:1", "storefront/c.html:2"]);
    assert!(pages.mistakes().iter().all(|mistake| !mistake.what.is_empty()));
    assert_eq!(
        pages.translations().translate(Locale::ID, "bye", &[]),
        "Bye",
        "a missing text is shown in English"
    );
    assert_eq!(
        pages.translations().translate(Locale::ID, "nobody-wrote-this", &[]),
        "nobody-wrote-this"
    );
    assert!(pages.render(Locale::EN, "../Cargo.toml", &()).is_err());
}

#[test]
fn a_file_that_is_no_text_is_a_mistake_and_the_built_in_one_stands_in() {
    let (default, merchant) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(
        default.path(),
        &[
            ("storefront/a.html", "built-in {{ t(\"greeting\") }}"),
            ("translations/en/a.ftl", "greeting = Hello"),
            ("translations/en/b.ftl", "bye = Bye\nlate = Late"),
        ],
    );
    // A café as older programs write it, in Latin-1.
    write(
        merchant.path(),
        &[
            ("storefront/b.html", "nothing stands in for it"),
            ("translations/en/b.ftl", "bye = So long\n= nobody\n"),
        ],
    );
    for (path, bytes) in [
        ("storefront/a.html", &b"one\ncaf\xe9"[..]),
        ("storefront/b.html", b"caf\xe9"),
        ("translations/en/a.ftl", b"greeting = caf\xe9"),
    ] {
        std::fs::write(merchant.path().join(path), bytes).unwrap();
    }
    let pages = small_theme(default.path(), merchant.path());
    let shown = pages.render(Locale::EN, "storefront/a.html", &());
    assert_eq!(shown.unwrap(), "built-in Hello");
    assert!(pages.render(Locale::EN, "storefront/b.html", &()).is_err());
    assert_eq!(pages.worded(Locale::EN, "storefront/a.html").unwrap(), "built-in Hello");
    for (key, text) in [("bye", "So long"), ("late", "Late")] {
        assert_eq!(pages.translations().translate(Locale::EN, key, &[]), text);
    }
    let mistakes: Vec<String> = pages
        .mistakes()
        .iter()
        .map(|mistake| format!("{}:{}", mistake.file, mistake.line))
        .collect();
    assert_eq!(
        mistakes,
        [
            "translations/en/a.ftl:1",
            "translations/en/b.ftl:2",
            "storefront/a.html:2",
            "storefront/b.html:0",
            "storefront/b.html:1"
        ],
        "of what nothing stands in for, that it is not UTF-8 and that the page failed"
    );
    assert!(pages.mistakes()[0].what.contains("UTF-8"));
}

#[test]
fn functions_and_filters_work_in_imported_macros() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            (
                "m.html",
                "{% macro m(p) %}{{ t(\"hi\", name=p.name) }} {{ p.price|money }} {{ p.at|date }}{% endmacro %}",
            ),
            (
                "a.html",
                "{% from \"m.html\" import m %}{{ m(p) }} {{ url(\"products\", p.name, q=\"a b\", page=none) }}",
            ),
            ("translations/id/storefront.ftl", "hi = Halo { $name }"),
        ],
    );
    let pages = Pages::load(Theme::folders(folder.path(), folder.path().join("translations")));
    let price = serde_json::json!({"amount": 15_000_000, "currency": "IDR"});
    let view = serde_json::json!({"p": {"name": "<b>&", "price": price, "at": "2026-03-05T00:00:00Z"}});
    let expected = "Halo &lt;b&gt;&amp; Rp\u{a0}150.000 5 Maret 2026 /products/%3Cb%3E%26?q=a+b";
    assert_eq!(pages.render(Locale::ID, "a.html", &view).unwrap(), expected);
}

#[test]
fn an_edit_shows_at_once_when_reloading() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("a.html", "one")]);
    let pages = Pages::load(Theme::folders(folder.path(), folder.path().join("translations")).reloading());
    assert_eq!(pages.render(Locale::EN, "a.html", &()).unwrap(), "one");
    for (years, source) in [(0, "two"), (1, "{{ nothing.of.that.name }}"), (2, "three")] {
        write(folder.path(), &[("a.html", source)]);
        let file = std::fs::File::options()
            .write(true)
            .open(folder.path().join("a.html"))
            .unwrap();
        let day = std::time::Duration::from_secs(86_400);
        file.set_modified(std::time::UNIX_EPOCH + day * 365 * years).unwrap();
        let shown = pages.render(Locale::EN, "a.html", &());
        let failed = source.starts_with('{');
        assert_eq!(shown.ok(), (!failed).then(|| source.to_owned()));
        assert_eq!(pages.mistakes().len(), usize::from(failed), "{source}");
    }
}
