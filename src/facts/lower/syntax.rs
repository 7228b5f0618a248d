//! The syntax tree as one flat array in reading order.
//!
//! Stepping through a tree-sitter tree costs a call into C for each step and each property; lowering looks at most
//! nodes more than once. So one cursor walk copies what matters (comments go aside, brackets and keywords without
//! meaning are dropped) and everything else reads the array. A node's children are the nodes between it and its
//! `next`, each found from the one before.

use std::sync::LazyLock;

use tree_sitter::{Tree, TreeCursor};

use crate::text::TextRange;

/// Index of a node in [`Syntax`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeId(u32);

/// The nodes of a file, then those of the fragments parsed later: annotations in strings and comments.
#[derive(Default)]
pub(super) struct Syntax {
    nodes: Vec<Node>,
}

struct Node {
    start: u32,
    end: u32,
    /// Index after the last descendant.
    next: u32,
    kind: Kind,
}

/// The children of a node that are still to come. It borrows nothing, so that lowering may add to what it reads.
#[derive(Clone, Copy)]
pub(super) struct Children {
    at: u32,
    end: u32,
}

impl Syntax {
    /// Appends the nodes of `tree`, moved by `shift` bytes, and its comments. Returns the root.
    pub(super) fn append(&mut self, tree: &Tree, shift: u32, comments: &mut Vec<TextRange>) -> NodeId {
        let root = self.nodes.len() as u32;
        let mut cursor = tree.walk();
        // The nodes being visited, none for one that is left out, each with the end of its last child so far.
        let mut open: Vec<(Option<u32>, u32)> = Vec::new();
        loop {
            let entered = self.enter(&cursor, shift, comments);
            let is_inner = entered.is_some_and(|index| !self.nodes[index as usize].kind.is_leaf());
            if is_inner && cursor.goto_first_child() {
                open.push((entered, 0));
                continue;
            }
            if let (Some(index), Some((_, last_end))) = (entered, open.last_mut()) {
                *last_end = self.nodes[index as usize].end;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return NodeId(root);
                }
                let Some((Some(index), last_end)) = open.pop() else { continue };
                let next = self.nodes.len() as u32;
                let node = &mut self.nodes[index as usize];
                node.next = next;
                // The grammar counts a comment on the last line of a block to the block.
                if node.kind.ends_with_block() && last_end > 0 {
                    node.end = last_end;
                }
                if let Some((_, outer_last_end)) = open.last_mut() {
                    *outer_last_end = node.end;
                }
            }
        }
    }

    fn enter(&mut self, cursor: &TreeCursor<'_>, shift: u32, comments: &mut Vec<TextRange>) -> Option<u32> {
        let node = cursor.node();
        let kind = KINDS.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Unknown);
        if kind == Kind::Token {
            return None;
        }
        let moved = |offset: usize| offset as u32 + shift;
        let (start, end) = (moved(node.start_byte()), moved(node.end_byte()));
        if kind == Kind::Comment {
            comments.push(TextRange::new(start, end));
            return None;
        }
        let index = self.nodes.len() as u32;
        self.nodes.push(Node { start, end, next: index + 1, kind });
        Some(index)
    }

    /// The kind of a node.
    pub(super) fn kind(&self, node: NodeId) -> Kind {
        self.nodes[node.0 as usize].kind
    }

    /// The range of a node.
    pub(super) fn range(&self, node: NodeId) -> TextRange {
        let Node { start, end, .. } = self.nodes[node.0 as usize];
        TextRange::new(start, end)
    }

    /// All children of a node, meaningful tokens included.
    pub(super) fn children(&self, node: NodeId) -> Children {
        Children { at: node.0 + 1, end: self.nodes[node.0 as usize].next }
    }

    /// A node as if it were the only child of something.
    pub(super) fn only(&self, node: NodeId) -> Children {
        Children { at: node.0, end: self.nodes[node.0 as usize].next }
    }

    /// The next child.
    pub(super) fn next(&self, children: &mut Children) -> Option<NodeId> {
        if children.at >= children.end {
            return None;
        }
        let node = NodeId(children.at);
        children.at = self.nodes[children.at as usize].next;
        Some(node)
    }

    /// The next child that is not a token.
    pub(super) fn next_named(&self, children: &mut Children) -> Option<NodeId> {
        loop {
            let node = self.next(children)?;
            if self.kind(node).is_named() {
                return Some(node);
            }
        }
    }

    /// The first child that is not a token.
    pub(super) fn first_named(&self, node: NodeId) -> Option<NodeId> {
        self.next_named(&mut self.children(node))
    }

    /// The first child of this kind.
    pub(super) fn child_of_kind(&self, node: NodeId, kind: Kind) -> Option<NodeId> {
        let mut children = self.children(node);
        loop {
            let child = self.next(&mut children)?;
            if self.kind(child) == kind {
                return Some(child);
            }
        }
    }

    /// Whether the node has a child of this kind.
    pub(super) fn has(&self, node: NodeId, kind: Kind) -> bool {
        self.child_of_kind(node, kind).is_some()
    }
}

macro_rules! kinds {
    (leaves { $($leaf:ident $leaf_text:literal)* } inner { $($inner:ident $inner_text:literal)* } tokens { $($token:ident $token_text:literal)* }) => {
        /// The kinds of node that lowering tells apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Kind {
            $($leaf,)*
            $($inner,)*
            /// An error, or a kind that the grammar gained since this was written.
            Unknown,
            $($token,)*
            /// A token without meaning for lowering.
            Token,
        }

        impl Kind {
            fn new(text: &str, is_named: bool) -> Self {
                match (text, is_named) {
                    $(($leaf_text, true) => Self::$leaf,)*
                    $(($inner_text, true) => Self::$inner,)*
                    $(($token_text, false) => Self::$token,)*
                    (_, false) => Self::Token,
                    ("string_start" | "string_content" | "string_end" | "line_continuation" | "type_conversion", true) => Self::Token,
                    (_, true) => Self::Unknown,
                }
            }
        }
    };
}

impl Kind {
    fn is_leaf(self) -> bool {
        self < Self::AliasedImport || self > Self::Unknown
    }

    fn ends_with_block(self) -> bool {
        matches!(
            self,
            Self::Block
                | Self::CaseClause
                | Self::ClassDefinition
                | Self::DecoratedDefinition
                | Self::ElifClause
                | Self::ElseClause
                | Self::ExceptClause
                | Self::FinallyClause
                | Self::ForStatement
                | Self::FunctionDefinition
                | Self::IfStatement
                | Self::MatchStatement
                | Self::TryStatement
                | Self::WhileStatement
                | Self::WithStatement
        )
    }

    /// Whether it is a node of the grammar and no keyword or punctuation.
    pub(super) fn is_named(self) -> bool {
        self <= Self::Unknown
    }
}

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let language = tree_sitter::Language::from(tree_sitter_python::LANGUAGE);
    let kind = |id: u16| language.node_kind_for_id(id).map(|text| Kind::new(text, language.node_kind_is_named(id)));
    (0..language.node_kind_count() as u16).map(|id| kind(id).unwrap_or(Kind::Unknown)).collect()
});

kinds! {
    leaves {
        BreakStatement "break_statement"
        Comment "comment"
        ContinueStatement "continue_statement"
        Ellipsis "ellipsis"
        False "false"
        Float "float"
        Identifier "identifier"
        ImportPrefix "import_prefix"
        Integer "integer"
        KeywordSeparator "keyword_separator"
        None "none"
        PassStatement "pass_statement"
        PositionalSeparator "positional_separator"
        True "true"
        WildcardImport "wildcard_import"
    }
    inner {
        AliasedImport "aliased_import"
        ArgumentList "argument_list"
        AsPattern "as_pattern"
        AsPatternTarget "as_pattern_target"
        AssertStatement "assert_statement"
        Assignment "assignment"
        Attribute "attribute"
        AugmentedAssignment "augmented_assignment"
        Await "await"
        BinaryOperator "binary_operator"
        Block "block"
        BooleanOperator "boolean_operator"
        Call "call"
        CaseClause "case_clause"
        CasePattern "case_pattern"
        Chevron "chevron"
        ClassDefinition "class_definition"
        ClassPattern "class_pattern"
        ComparisonOperator "comparison_operator"
        ComplexPattern "complex_pattern"
        ConcatenatedString "concatenated_string"
        ConditionalExpression "conditional_expression"
        ConstrainedType "constrained_type"
        DecoratedDefinition "decorated_definition"
        Decorator "decorator"
        DefaultParameter "default_parameter"
        DeleteStatement "delete_statement"
        DictPattern "dict_pattern"
        Dictionary "dictionary"
        DictionaryComprehension "dictionary_comprehension"
        DictionarySplat "dictionary_splat"
        DictionarySplatPattern "dictionary_splat_pattern"
        DottedName "dotted_name"
        ElifClause "elif_clause"
        ElseClause "else_clause"
        ExceptClause "except_clause"
        ExecStatement "exec_statement"
        ExpressionList "expression_list"
        ExpressionStatement "expression_statement"
        FinallyClause "finally_clause"
        ForInClause "for_in_clause"
        ForStatement "for_statement"
        FormatExpression "format_expression"
        FormatSpecifier "format_specifier"
        FunctionDefinition "function_definition"
        FutureImportStatement "future_import_statement"
        GeneratorExpression "generator_expression"
        GenericType "generic_type"
        GlobalStatement "global_statement"
        IfClause "if_clause"
        IfStatement "if_statement"
        ImportFromStatement "import_from_statement"
        ImportStatement "import_statement"
        Interpolation "interpolation"
        KeywordArgument "keyword_argument"
        KeywordPattern "keyword_pattern"
        Lambda "lambda"
        LambdaParameters "lambda_parameters"
        List "list"
        ListComprehension "list_comprehension"
        ListPattern "list_pattern"
        ListSplat "list_splat"
        ListSplatPattern "list_splat_pattern"
        MatchStatement "match_statement"
        MemberType "member_type"
        Module "module"
        NamedExpression "named_expression"
        NonlocalStatement "nonlocal_statement"
        NotOperator "not_operator"
        Pair "pair"
        Parameters "parameters"
        ParenthesizedExpression "parenthesized_expression"
        ParenthesizedListSplat "parenthesized_list_splat"
        PatternList "pattern_list"
        PrintStatement "print_statement"
        RaiseStatement "raise_statement"
        RelativeImport "relative_import"
        ReturnStatement "return_statement"
        Set "set"
        SetComprehension "set_comprehension"
        Slice "slice"
        SplatPattern "splat_pattern"
        SplatType "splat_type"
        String "string"
        Subscript "subscript"
        TryStatement "try_statement"
        Tuple "tuple"
        TuplePattern "tuple_pattern"
        Type "type"
        TypeAliasStatement "type_alias_statement"
        TypeParameter "type_parameter"
        TypedDefaultParameter "typed_default_parameter"
        TypedParameter "typed_parameter"
        UnaryOperator "unary_operator"
        UnionPattern "union_pattern"
        UnionType "union_type"
        WhileStatement "while_statement"
        WithClause "with_clause"
        WithItem "with_item"
        WithStatement "with_statement"
        Yield "yield"
    }
    tokens {
        Ampersand "&"
        AmpersandEqual "&="
        And "and"
        As "as"
        Async "async"
        At "@"
        AtEqual "@="
        Bar "|"
        BarEqual "|="
        Caret "^"
        CaretEqual "^="
        Colon ":"
        Comma ","
        DoubleSlash "//"
        DoubleSlashEqual "//="
        DoubleStar "**"
        DoubleStarEqual "**="
        EqualEqual "=="
        From "from"
        Greater ">"
        GreaterEqual ">="
        In "in"
        Is "is"
        IsNot "is not"
        LeftShift "<<"
        LeftShiftEqual "<<="
        Less "<"
        LessEqual "<="
        LessGreater "<>"
        Minus "-"
        MinusEqual "-="
        NotEqual "!="
        NotIn "not in"
        Or "or"
        Percent "%"
        PercentEqual "%="
        Plus "+"
        PlusEqual "+="
        RightShift ">>"
        RightShiftEqual ">>="
        Slash "/"
        SlashEqual "/="
        Star "*"
        StarEqual "*="
        Tilde "~"
        Underscore "_"
    }
}
