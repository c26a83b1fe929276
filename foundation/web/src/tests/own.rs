//! Templates that somebody wrote at the desk.

use kernel::Locale;
use serde_json::json;

use super::harness::default_theme;
use crate::{OwnMistake, OwnTemplate, Pages};

fn render(source: &str) -> Result<String, OwnMistake> {
    let lines: Vec<_> = (0..500)
        .map(|number| json!({ "title": format!("<{number}>"), "total": "$1.00" }))
        .collect();
    let view = json!({
        "lang": "en",
        "store": { "name": "Ink & Paper", "url": "https://ink.example/", "email": "ink@example.com" },
        "link": "https://ink.example/?a=1&b=2",
        "stop_link": null,
        "order": { "lines": lines, "note": null },
        "long": "x".repeat(100_000),
    });
    let template = OwnTemplate {
        name: "mail.html",
        source,
        folder: "email/",
    };
    Pages::load(default_theme()).render_own(Locale::EN, template, &view)
}

#[test]
fn what_a_mail_needs_can_be_said() {
    for (source, text) in [
        ("Hello {{ store.name }}", "Hello Ink &amp; Paper"),
        (
            "{% for one in order.lines %}{% if loop.index < 3 %}{{ one.title|upper }}{% endif %}{% endfor %}",
            "&lt;0&gt;&lt;1&gt;",
        ),
        (
            "{{ order.lines|length }} {{ order.lines[0].total ~ \"!\" }} {{ \"a\" if order.note else \"b\" }}",
            "500 $1.00! b",
        ),
        (
            "{{ \"yes\" if store.name in [\"Ink & Paper\", \"Ink\"] and order.missing is not defined }}",
            "yes",
        ),
        (
            "{{ t(\"email-questions\", email=store.email) }}",
            "Questions? Write to ink@example.com.",
        ),
        (
            "{% from \"email/parts.html\" import note as small %}{{ small(\"a < \" ~ store.name)|trim }}",
            "<p class=\"faint\" style=\"margin:0 0 8px;color:#5c6670;font-size:14px;\">a &lt; Ink &amp; Paper</p>",
        ),
    ] {
        assert_eq!(
            render(source).map(|text| text.trim().to_owned()).as_deref(),
            Ok(text),
            "{source}"
        );
    }
    let page = render(
        "{% extends \"email/layout.html\" %}\n{% block title %}Hi{% endblock %}\n{% block content %}you{% endblock %}",
    )
    .unwrap();
    assert!(
        page.contains("<title>Hi</title>") && page.contains("\nyou</td>") | page.contains("\nyou\n</td>"),
        "{page}"
    );
}

#[test]
fn a_mistake_is_told_with_its_line() {
    for (source, line, code, detail) in [
        ("<p>\n{{ store.nam }}", 2, "unknown_field", "store.nam"),
        ("a\nb\n{% if %}", 3, "syntax", "unexpected end of block"),
        ("\n{{ store.name|money }}", 2, "not_allowed", "|money"),
        ("{{ order.lines }}", 1, "failed", "this is a list"),
        (
            "{% from \"email/parts.html\" import note %}\n{{ note() }}",
            1,
            "unknown_field",
            "text",
        ),
    ] {
        let mistake = render(source).unwrap_err();
        assert!(
            (mistake.line, mistake.code) == (line, code) && mistake.detail.contains(detail)
                || mistake.file == "email/parts.html",
            "{source}: {mistake:?}"
        );
    }
}

#[test]
fn what_could_grow_without_bounds_is_not_let_in() {
    for source in [
        "{% set a = \"a\" %}",
        "{% set a %}a{% endset %}",
        "{% with a = store %}{% endwith %}",
        "{% macro a() %}{% endmacro %}",
        "{% filter upper %}a{% endfilter %}",
        "{% autoescape false %}{% endautoescape %}",
        "{% include \"email/parts.html\" %}",
        "{% import \"email/parts.html\" as parts %}",
        "{% extends \"admin/layout.html\" %}",
        "{% extends store.name %}",
        "{% from \"admin/macros.html\" import pages %}",
        "{% do t(\"a\") %}",
        "{{ \"a\" * 1000000000 }}",
        "{{ 10 ** 1000000 }}",
        "{{ store.name + store.name }}",
        "{{ range(1000000) }}",
        "{{ lipsum(1000) }}",
        "{{ self.title() }}",
        "{{ store.name.upper() }}",
        "{{ store.name|replace(\"\", \"a\") }}",
        "{{ store.name|safe }}",
        "{{ [store.name, store.name] }}",
        "{{ (store, store) }}",
        "{{ {\"a\": store} }}",
        "{{ long[0:9] }}",
        "{{ t(*order.lines) }}",
        "{% for a in order.lines %}{% for b in order.lines %}{% for c in order.lines %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in order.lines recursive %}{% endfor %}",
    ] {
        let mistake = render(source).unwrap_err();
        assert_eq!(
            (mistake.code, mistake.line),
            ("not_allowed", 1),
            "{source}: {mistake:?}"
        );
    }
    let much = format!("{{% for a in order.lines %}}{}{{% endfor %}}", "x".repeat(5_000));
    assert_eq!(render(&much).unwrap_err().code, "not_allowed");
    for (source, code) in [
        ("{% for a in order.lines %}{{ long }}{% endfor %}", "writes_too_much"),
        (
            "{% for a in order.lines %}{% for b in order.lines %}{{ a.total }}{% endfor %}{% endfor %}",
            "runs_too_long",
        ),
    ] {
        assert_eq!(render(source).unwrap_err().code, code, "{source}");
    }
    let mut nested = "store.url".to_owned();
    for _ in 0..20 {
        nested = format!("spelled_out({nested})");
    }
    let mistake = render(&format!(
        "{{% from \"email/parts.html\" import spelled_out %}}{{{{ {nested} }}}}"
    ))
    .unwrap_err();
    assert_eq!(mistake.code, "writes_too_much");
}

#[test]
fn the_themes_words_stand_in_its_template_where_they_are_words() {
    let pages = Pages::load(default_theme());
    let english = pages.worded(Locale::EN, "email/verify_email.html").unwrap();
    for piece in [
        "{% block title %}Confirm your e-mail address{% endblock %}",
        "{{ paragraph(\"Thank you for signing up at \" ~ store.name ~ \". Please confirm that this address is yours.\") }}",
        "{{ button(link, \"Confirm address\") }}",
        "{{ note(t(\"email-verify-valid\", days=valid_days)) }}",
    ] {
        assert!(english.contains(piece), "{piece}\nis not in\n{english}");
    }
    let indonesian = pages.worded(Locale::ID, "email/order_refunded.txt").unwrap();
    assert!(
        indonesian.contains("{{ refund.amount }}") && !indonesian.contains("email-refunded-text"),
        "{indonesian}"
    );
    let moved = pages.worded(Locale::EN, "email/parcel_moved.html").unwrap();
    assert!(moved.contains("t(\"email-parcel-\" ~ state ~ \"-text\")"), "{moved}");
    assert_eq!(pages.worded(Locale::EN, "email/nothing.html"), None);
}
