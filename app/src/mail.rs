//! Mails: rendered from the theme's templates, sent by SMTP or SendGrid, or put into a folder.

use std::sync::Arc;

use email_adapters::{MailboxFolder, SendGridMailer, SmtpMailer};
use kernel::Locale;
use notifications::{
    Channel, MailData, MailKind, MailTemplate, Mailer, RenderFailed, Rendered, Renderer, TemplateMistake, TemplatePart,
    TextKind,
};
use web::{AppState, OwnTemplate};

use crate::config::Config;

/// Where the theme keeps them.
const FOLDER: &str = "email/";
/// Nobody can tell which of two settings is meant.
pub const TWO_WAYS: &str = "smtp_url and sendgrid_key are both set, and mails can go only one way";

/// Renders mails with the theme's templates, `email/<kind>.txt` and `.html`.
pub struct ThemeRenderer(pub AppState);

impl Renderer for ThemeRenderer {
    fn render(&self, mail: &MailData) -> Result<Rendered, RenderFailed> {
        let locale = mail.lang.parse().unwrap_or(Locale::EN);
        let render = |ending: &str| {
            let template = format!("email/{}.{ending}", mail.kind.as_str());
            self.0
                .pages()
                .render(locale, &template, mail)
                .map_err(|problem| RenderFailed(format!("{template}: {problem}")))
        };
        Rendered::from_templates(&render("txt")?, render("html")?)
    }

    fn render_own(&self, template: &MailTemplate, mail: &MailData) -> Result<Rendered, TemplateMistake> {
        let locale = mail.lang.parse().unwrap_or(Locale::EN);
        let render = |part: TemplatePart, name: &str, source: &str| {
            let template = OwnTemplate {
                name,
                source,
                folder: FOLDER,
            };
            let rendered = self.0.pages().render_own(locale, template, mail);
            rendered.map_err(|mistake| TemplateMistake {
                part,
                file: if mistake.file == name {
                    String::new()
                } else {
                    mistake.file
                },
                line: mistake.line,
                code: mistake.code,
                detail: mistake.detail,
            })
        };
        let subject = render(TemplatePart::Subject, "subject.txt", &template.subject)?;
        let html = render(TemplatePart::Html, "mail.html", &template.html)?;
        let plain = match template.plain.as_str() {
            "" => None,
            plain => Some(render(TemplatePart::Plain, "mail.txt", plain)?),
        };
        Rendered::from_own(&subject, html, plain.as_deref())
    }

    fn start(&self, kind: MailKind, locale: Locale) -> MailTemplate {
        let worded = |ending: &str| {
            let name = format!("{FOLDER}{}.{ending}", kind.as_str());
            self.0.pages().worded(locale, &name).unwrap_or_default()
        };
        let text = worded("txt");
        let subject = text
            .split_once("{% block subject %}")
            .and_then(|(_, behind)| behind.split_once("{% endblock %}"));
        MailTemplate {
            subject: subject.map_or("{{ store.name }}", |(subject, _)| subject).to_owned(),
            html: worded("html"),
            plain: String::new(),
        }
    }

    fn words(&self, channel: Channel, kind: TextKind, locale: Locale) -> String {
        let key = format!("{}-{}", channel.as_str(), kind.as_str().replace('_', "-"));
        let facts: Vec<_> = kind
            .fields()
            .iter()
            .map(|name| (*name, format!("{{{{ {name} }}}}")))
            .collect();
        let facts: Vec<_> = facts.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.0.pages().translations().translate(locale, &key, &facts)
    }
}

/// SMTP or SendGrid where one is configured, a folder otherwise.
pub fn mailer(config: &Config) -> anyhow::Result<Arc<dyn Mailer>> {
    Ok(match (&config.smtp_url, &config.sendgrid_key) {
        (Some(_), Some(_)) => anyhow::bail!(TWO_WAYS),
        (Some(url), None) => Arc::new(SmtpMailer::new(url)?),
        (None, Some(key)) => Arc::new(SendGridMailer::new(&config.sendgrid_url, key)?),
        (None, None) => Arc::new(MailboxFolder::new(config.data.join("mailbox"))),
    })
}
