//! What the tests of this crate share: a store whose worker writes mails and hands them to a mailer that can fail.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use database::{
    testing::TestDatabase,
    worker::{self, Registry},
};
use identity::{NewPassword, Register};
use kernel::{EmailAddress, Locale};

use crate::{
    Channel, Mail, MailData, MailKind, MailTemplate, Mailer, MailerError, Mails, Pusher, Receipt, RenderFailed,
    Rendered, Renderer, SendMail, SendPush, SendText, TemplateMistake, TextKind, Texter, subscriptions,
};

/// Shows the data of a mail as JSON.
struct JsonRenderer;

impl Renderer for JsonRenderer {
    fn render(&self, data: &MailData) -> Result<Rendered, RenderFailed> {
        let text = serde_json::to_string_pretty(data).unwrap();
        Ok(Rendered {
            subject: format!("{} in {}", data.kind.as_str(), data.lang),
            html: format!("<pre>{text}</pre>"),
            text,
        })
    }

    /// A template says itself; `[mistake]` is one.
    fn render_own(&self, template: &MailTemplate, _data: &MailData) -> Result<Rendered, TemplateMistake> {
        for (part, text) in template.parts() {
            if text.contains("[mistake]") {
                return Err(TemplateMistake {
                    part,
                    file: String::new(),
                    line: 1,
                    code: "syntax",
                    detail: "a mistake".to_owned(),
                });
            }
        }
        let plain = Some(template.plain.as_str()).filter(|plain| !plain.is_empty());
        let rendered = Rendered::from_own(&template.subject, template.html.clone(), plain)?;
        Ok(Rendered {
            subject: template.subject.clone(),
            ..rendered
        })
    }

    fn start(&self, kind: MailKind, locale: Locale) -> MailTemplate {
        MailTemplate {
            subject: format!("{} in {locale}", kind.as_str()),
            ..MailTemplate::default()
        }
    }

    fn words(&self, channel: Channel, kind: TextKind, locale: Locale) -> String {
        let title = match channel {
            Channel::Text => "",
            Channel::Push => "{{ store }}\n",
        };
        format!("{title}{} in {locale}: {{{{ order }}}}", kind.as_str())
    }
}

/// Keeps what it is given, or fails as it is told.
#[derive(Default)]
pub(crate) struct TestMailer {
    sent: Mutex<Vec<Mail>>,
    failure: Mutex<Option<MailerError>>,
}

impl TestMailer {
    pub(crate) fn fail_with(&self, failure: Option<MailerError>) {
        *self.failure.lock().unwrap() = failure;
    }

    pub(crate) fn sent(&self) -> Vec<Mail> {
        self.sent.lock().unwrap().clone()
    }
}

#[async_trait]
impl Mailer for TestMailer {
    async fn send(&self, mail: &Mail) -> Result<Receipt, MailerError> {
        if let Some(failure) = self.failure.lock().unwrap().clone() {
            return Err(failure);
        }
        self.sent.lock().unwrap().push(mail.clone());
        Ok(Receipt::new("queued as 4F5"))
    }
}

pub(crate) struct TestShop {
    pub(crate) db: TestDatabase,
    pub(crate) mailer: Arc<TestMailer>,
    pub(crate) mails: Arc<Mails>,
    registry: Registry,
}

pub(crate) const KEY: [u8; 32] = [9; 32];

impl TestShop {
    pub(crate) async fn open() -> Self {
        let mailer = Arc::new(TestMailer::default());
        let url = |store: &kernel::Store| format!("https://{}.example.com/", store.slug);
        let mails = Arc::new(Mails::new(Arc::new(JsonRenderer), Arc::new(url), KEY));
        let mut registry = Registry {
            subscriptions: subscriptions(&mails),
            ..Registry::default()
        };
        registry
            .handlers
            .insert(SendMail::KIND, Arc::new(SendMail::new(mailer.clone())));
        Self {
            db: TestDatabase::new().await,
            mailer,
            mails,
            registry,
        }
    }

    /// Sends texts from now on.
    pub(crate) fn take_texts(&mut self, texter: Arc<dyn Texter>) {
        let send = SendText::new(texter, Arc::clone(&self.mails));
        self.registry.handlers.insert(SendText::KIND, Arc::new(send));
    }

    /// Sends pushes from now on.
    pub(crate) fn take_pushes(&mut self, pusher: Arc<dyn Pusher>) {
        let send = SendPush::new(pusher, Arc::clone(&self.mails));
        self.registry.handlers.insert(SendPush::KIND, Arc::new(send));
    }

    pub(crate) async fn drain(&self) {
        worker::drain(self.db.database(), &self.registry).await.unwrap();
    }

    /// The mails sent so far, after the worker had its turn: kind and language, recipient, data.
    pub(crate) async fn sent(&self) -> Vec<(String, String, serde_json::Value)> {
        self.drain().await;
        let shown = |mail: Mail| {
            (
                mail.subject,
                mail.to.into_string(),
                serde_json::from_str(&mail.text).unwrap(),
            )
        };
        self.mailer.sent().into_iter().map(shown).collect()
    }

    pub(crate) async fn register(&self, address: &str) {
        let email = EmailAddress::parse(address).unwrap();
        let password = NewPassword::parse("open sesame 1", &email)
            .unwrap()
            .hash(&self.db.work())
            .await
            .unwrap();
        let mut ctx = self.db.work().write();
        identity::register(&mut ctx, Register { email, password })
            .await
            .unwrap();
        ctx.commit().await.unwrap();
    }
}
