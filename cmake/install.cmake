# Install rules: the next commit.
