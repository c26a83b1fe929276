//! What the document has to hold for an endpoint's bodies and answers. It is made for who asks for the document: endpoints share
//! most of it, so that made for each of them it would be most of the work of a start.

use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::Endpoint;

/// Schemas by their names.
type Schemas = Vec<(String, RefOr<Schema>)>;

/// Adds some, or changes what was added.
pub(super) type Collect = Box<dyn Fn(&mut Schemas) + Send + Sync>;

impl Endpoint {
    /// Names a schema that the document needs besides those of bodies.
    pub(crate) fn schema<B: ToSchema>(mut self) -> Self {
        self.schemas.push(Box::new(|schemas| {
            B::schemas(schemas);
            schemas.push((B::name().into_owned(), B::schema()));
        }));
        self
    }

    /// Makes another of a schema that was named.
    pub(crate) fn reshaped<B: ToSchema>(
        mut self,
        reshape: impl Fn(&mut RefOr<Schema>) + Send + Sync + 'static,
    ) -> Self {
        self.schemas.push(Box::new(move |schemas| {
            let is_meant = |(name, _): &(String, RefOr<Schema>)| *name == B::name();
            if let Some((name, mut schema)) = schemas.iter().find(|known| is_meant(known)).cloned() {
                reshape(&mut schema);
                schemas.retain(|known| !is_meant(known));
                schemas.push((name, schema));
            }
        }));
        self
    }

    /// The schemas that its part of the document refers to.
    pub(crate) fn schemas(&self) -> Schemas {
        let mut schemas = Schemas::new();
        for collect in &self.schemas {
            collect(&mut schemas);
        }
        schemas
    }
}
