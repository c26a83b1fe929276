//! Category paths by name, and the categories that have to be made for them: the pure part of filing products.

use std::collections::{HashMap, HashSet};

use kernel::{CategoryId, slugify};

/// A category that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewCategory {
    pub(crate) id: CategoryId,
    pub(crate) parent_id: Option<CategoryId>,
    pub(crate) slug: String,
    pub(crate) name: String,
}

/// A category of the store, as far as paths need it.
#[derive(Debug, Clone)]
pub(crate) struct KnownCategory {
    pub(crate) id: CategoryId,
    pub(crate) parent_id: Option<CategoryId>,
    pub(crate) slug: String,
    pub(crate) name: String,
}

/// The tree with all that is to be made.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: HashMap<(Option<CategoryId>, String), CategoryId>,
    slugs: HashSet<String>,
    new: Vec<NewCategory>,
}

impl Tree {
    /// The categories to make, parents first.
    pub(crate) fn new_categories(&self) -> &[NewCategory] {
        &self.new
    }

    /// The category at the end of a path.
    pub(crate) fn find(&self, path: &[String]) -> Option<CategoryId> {
        let mut at = None;
        for name in path {
            at = Some(*self.nodes.get(&(at, slugify(name)))?);
        }
        at
    }

    fn add(&mut self, path: &[String], new_id: &mut dyn FnMut() -> CategoryId) {
        let mut parent = None;
        for (depth, name) in (1..).zip(path) {
            let key = (parent, slugify(name));
            if key.1.is_empty() {
                return;
            }
            let id = match self.nodes.get(&key) {
                Some(id) => *id,
                None => {
                    let id = new_id();
                    let slug = self.free_slug(path.iter().take(depth).map(String::as_str).collect());
                    self.new.push(NewCategory {
                        id,
                        parent_id: parent,
                        slug,
                        name: name.clone(),
                    });
                    self.nodes.insert(key, id);
                    id
                }
            };
            parent = Some(id);
        }
    }

    /// The name's slug; when another category has it, with the names above it in front; then with a number behind.
    fn free_slug(&mut self, path: Vec<&str>) -> String {
        let with_parents = |count: usize| {
            slugify(
                &path
                    .iter()
                    .rev()
                    .take(count)
                    .rev()
                    .copied()
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        };
        let all = with_parents(path.len());
        let named = (1..=path.len()).map(with_parents);
        let numbered =
            (2_u32..).map(|number| slugify(&format!("{} {number}", all.chars().take(180).collect::<String>())));
        let slug = named
            .chain(numbered)
            .find(|slug| !self.slugs.contains(slug))
            .unwrap_or_default();
        self.slugs.insert(slug.clone());
        slug
    }
}

/// Adds what the paths need to the categories that there are. Names that make the same slug are the same category.
pub(crate) fn grow<'a>(
    known: Vec<KnownCategory>,
    paths: impl Iterator<Item = &'a Vec<String>>,
    new_id: &mut dyn FnMut() -> CategoryId,
) -> Tree {
    let mut tree = Tree::default();
    for category in known {
        tree.nodes
            .insert((category.parent_id, slugify(&category.name)), category.id);
        tree.slugs.insert(category.slug);
    }
    for path in paths {
        tree.add(path, new_id);
    }
    tree
}

#[cfg(test)]
mod tests {
    use kernel::TypedId as _;

    use super::*;

    #[test]
    fn paths_grow_the_tree_once() {
        let entropy = kernel::SeededEntropy::new(1);
        let mut new_id = || CategoryId::generate(kernel::Time::UNIX_EPOCH, &entropy);
        let men = new_id();
        let known = vec![KnownCategory {
            id: men,
            parent_id: None,
            slug: "men".to_owned(),
            name: "Men".to_owned(),
        }];
        let paths: Vec<Vec<String>> = [
            vec!["MEN", "Shoes"],
            vec!["Women", "Shoes"],
            vec!["Women", "Shoes"],
            vec!["Shoes"],
        ]
        .into_iter()
        .map(|path| path.into_iter().map(str::to_owned).collect())
        .collect();
        let tree = grow(known, paths.iter(), &mut new_id);
        let slugs: Vec<&str> = tree
            .new_categories()
            .iter()
            .map(|category| category.slug.as_str())
            .collect();
        assert_eq!(slugs, ["shoes", "women", "women-shoes", "shoes-2"]);
        assert_eq!(tree.new_categories()[0].parent_id, Some(men));
        assert_eq!(tree.find(&paths[1]), Some(tree.new_categories()[2].id));
        assert_eq!(tree.find(&["Boats".to_owned()]), None);
    }
}
