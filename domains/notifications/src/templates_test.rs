//! Renders every mail in every language with the templates and texts of the default theme.

use std::path::{Path, PathBuf};

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use kernel::Locale;
use minijinja::{Environment, UndefinedBehavior, Value, syntax::SyntaxConfig, value::Kwargs};

use crate::{MailData, Rendered};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn translate(bundle: &FluentBundle<FluentResource>, key: &str, arguments: &Kwargs) -> String {
    let mut named = FluentArgs::new();
    for name in arguments.args() {
        let value: Value = arguments.get(name).unwrap();
        let value = i64::try_from(value.clone()).map_or_else(|_| value.to_string().into(), FluentValue::from);
        named.set(name.to_owned(), value);
    }
    let pattern = bundle
        .get_message(key)
        .and_then(|message| message.value())
        .unwrap_or_else(|| panic!("no text {key}"));
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&named), &mut errors).into_owned();
    assert!(errors.is_empty(), "{key}: {errors:?}");
    text
}

fn render(data: &MailData) -> Rendered {
    let lang = data.lang.to_owned();
    let mut environment = Environment::new();
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .unwrap(),
    );
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_loader(|name| Ok(std::fs::read_to_string(root().join("themes/default").join(name)).ok()));
    environment.add_function("t", move |key: &str, arguments: Kwargs| {
        let texts = std::fs::read_to_string(root().join(format!("translations/{lang}/email.ftl"))).unwrap();
        let mut bundle = FluentBundle::new(vec![lang.parse().unwrap()]);
        bundle.set_use_isolating(false);
        bundle.add_resource(FluentResource::try_new(texts).unwrap()).unwrap();
        translate(&bundle, key, &arguments)
    });
    let template = |kind: &str| {
        let name = format!("email/{}.{kind}", data.kind.as_str());
        environment
            .get_template(&name)
            .unwrap()
            .render(Value::from(minijinja::value::Serde(data)))
            .unwrap_or_else(|error| panic!("{name}: {error:#}"))
    };
    Rendered::from_templates(&template("txt"), template("html")).unwrap()
}

#[test]
fn every_mail_renders_in_every_language() {
    for data in Locale::ALL.into_iter().flat_map(MailData::samples) {
        let rendered = render(&data);
        let name = format!("{} in {}", data.kind.as_str(), data.lang);
        assert!(
            rendered.html.contains(&format!("<html lang=\"{}\">", data.lang)),
            "{name}"
        );
        assert!(
            rendered.text.contains("https://shop.example.com/"),
            "{name}: the text has no link"
        );
        assert!(rendered.html.contains("href=\"https:"), "{name}: the HTML has no link");
        assert!(
            !rendered.html.contains("<Co>") && !rendered.html.contains("<blue>"),
            "{name}: HTML is not escaped"
        );
        assert!(
            rendered.text.contains("Ink & Paper <Co>"),
            "{name}: the text is escaped"
        );
        assert!(
            !rendered.text.contains("</"),
            "{name}: the text holds tags\n{}",
            rendered.text
        );
    }
}

#[test]
fn every_text_is_there_in_every_language() {
    let keys = |lang: &str| -> Vec<String> {
        let texts = std::fs::read_to_string(root().join(format!("translations/{lang}/email.ftl"))).unwrap();
        texts
            .lines()
            .filter_map(|line| line.split_once(" = "))
            .filter(|(key, _)| key.starts_with("email-"))
            .map(|(key, _)| key.to_owned())
            .collect()
    };
    assert_eq!(keys("en"), keys("id"));
}

#[test]
fn what_the_store_gives_back_by_itself_comes_with_an_apology() {
    for (reason, sentence) in [
        ("out_of_stock", "sold to somebody else"),
        ("payment_came_too_late", "after the order had been given up"),
    ] {
        let mut data = MailData::samples(Locale::EN)
            .into_iter()
            .find(|data| data.kind == crate::MailKind::OrderRefunded)
            .unwrap();
        let crate::Content::OrderRefunded { refund, .. } = &mut data.content else {
            panic!("another mail")
        };
        reason.clone_into(&mut refund.reason);
        let rendered = render(&data);
        for text in [&rendered.text, &rendered.html] {
            assert!(text.contains(sentence) && text.contains("apologise"), "{text}");
            assert!(
                !text.contains(reason) && text.contains("back to the means of payment"),
                "{text}"
            );
        }
        assert!(rendered.subject.starts_with("We are sorry"), "{}", rendered.subject);
    }
}
