# The editor of texts
admin-rich = Formatting
admin-rich-bold = Bold (Ctrl+B)
admin-rich-italic = Italic (Ctrl+I)
admin-rich-heading = Heading (H2)
admin-rich-subheading = Smaller heading (H3)
admin-rich-bullets = List
admin-rich-numbers = Numbered list (1.)
admin-rich-link = Link
admin-rich-plain = Remove formatting
admin-rich-undo = Undo (Ctrl+Z)
admin-rich-redo = Redo (Ctrl+Shift+Z)
admin-rich-source = Edit as HTML
admin-rich-link-address = Address
admin-rich-link-hint = https://…, mailto:…, tel:… or a path of this shop such as /pages/care. Leave it empty to take the link away.
admin-rich-link-set = Set the link
